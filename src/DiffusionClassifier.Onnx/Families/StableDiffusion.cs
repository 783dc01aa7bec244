using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>
/// Stable Diffusion 1 and 2: a denoiser with cross-attention to the hidden states of one CLIP text encoder, <c>encoder_hidden_states</c>
/// [batch, tokens, width]. A label is a prompt.
/// </summary>
internal sealed class StableDiffusion : ModelFamily
{
    private const string States = "encoder_hidden_states", SecondEncoder = "text_encoder_2";
    private const int WidthAxis = 2;

    public override string Name => "Stable Diffusion 1/2";

    public override IReadOnlyList<string> Inputs => [States];

    protected override string Advice => " The model is text-conditional: put text_encoder/ and tokenizer/ next to it.";

    /// <inheritdoc/>
    public override TextContract ReadText(
        string root, JsonFile index, DenoiserContract denoiser, JsonFile config, List<string> warnings)
    {
        if (Has(root, SecondEncoder))
        {
            throw new BundleException(Path.Combine(root, SecondEncoder), "the denoiser is told of one text encoder only, so the bundle is "
                + "none of SDXL or Stable Diffusion 3: use an export of Stable Diffusion 1.x or 2.x, or export the whole model again.");
        }

        long width = denoiser.Graph.Input(States).Dimensions.ElementAtOrDefault(WidthAxis);
        var encoder = TextEncoderContract.ReadClip(root, "", warnings);
        return new TextContract([new TextPart(encoder) { States = encoder.LastStates(width) }]);
    }

    /// <inheritdoc/>
    protected override bool Recognises(string root, OnnxGraph denoiser) => Has(root, "text_encoder");

    /// <inheritdoc/>
    protected override IEnumerable<DenoiserInput> Bind(DenoiserContract denoiser, TextContract? text, int imageSize) =>
        [text!.Sequence(denoiser.Graph, States)];
}
