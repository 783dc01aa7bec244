using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>
/// DiT, and U-Nets with classes: a denoiser that is told a number, <c>class_labels</c> [batch]. A label is one of a fixed list.
/// </summary>
internal sealed class ClassConditional : ModelFamily
{
    public override ConditioningKind Conditioning => ConditioningKind.Class;

    protected override string ConditionName => "class_labels";

    protected override string Advice => " The model is class-conditional: leave text_encoder/ out.";

    /// <inheritdoc/>
    public override GraphTensor ReadCondition(OnnxGraph denoiser) =>
        denoiser.Expect(ConditionName, [TensorElement.Int64, TensorElement.Int32], 1);

    /// <summary>Latent transformers of classes are DiT and what follows it, which were trained on ADM's crop.</summary>
    public override ImageCrop Crop(bool isTransformer, bool isLatent) => isTransformer && isLatent ? ImageCrop.Dit : ImageCrop.Sd;

    /// <summary>Everything that has no text encoder.</summary>
    protected override bool Recognises(string root) => true;
}
