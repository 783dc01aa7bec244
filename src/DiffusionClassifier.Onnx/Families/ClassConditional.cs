using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>
/// DiT, SiT, and U-Nets with classes: a denoiser that is told a number, <c>class_labels</c> [batch], or that has a head for each class. A
/// label is one of a fixed list.
/// </summary>
internal sealed class ClassConditional : ModelFamily
{
    private const string Label = "class_labels";

    public override string Name => "class-conditional";

    /// <summary>By what they are made of, and by how images became noise.</summary>
    public override string NameOf(ModelContract model) => (model.Process.Prediction, model.Vae, Path.GetFileName(
        Path.GetDirectoryName(model.Denoiser.Graph.File))) switch
    {
        (PredictionType.Velocity, not null, _) => "SiT",
        (_, not null, "transformer") => "DiT",
        (_, not null, _) => "latent U-Net with classes",
        _ => model.Process.Schedule is null ? "EDM in pixels" : "DDPM in pixels",
    };

    public override ConditioningKind Conditioning => ConditioningKind.Class;

    public override IReadOnlyList<string> Inputs => [Label];

    protected override string Advice => " The model is class-conditional: leave text_encoder/ out.";

    /// <summary>Latent transformers of classes are DiT and what follows it, which were trained on ADM's crop.</summary>
    public override ImageCrop Crop(bool isTransformer, bool isLatent) => isTransformer && isLatent ? ImageCrop.Dit : ImageCrop.Sd;

    /// <summary>Everything that has no text encoder.</summary>
    protected override bool Recognises(string root, OnnxGraph denoiser) => true;

    /// <inheritdoc/>
    protected override IEnumerable<DenoiserInput> Bind(DenoiserContract denoiser, TextContract? text, int imageSize) =>
        denoiser.Size.Heads > 1
            ? []
            : [new DenoiserInput(denoiser.Graph.Expect(Label, TensorElements.Whole, 1), InputSource.Class, DenoiserInput.Rows)];
}
