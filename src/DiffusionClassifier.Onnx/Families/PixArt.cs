using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>
/// PixArt-α and -Σ: a DiT with cross-attention to T5's tokens that is told which of them are padding; those of 1024 pixels were also told
/// the size and the aspect ratio of the image (diffusers, pipeline_pixart_alpha.py). Prompts are in lower case.
/// </summary>
internal sealed class PixArt : ModelFamily
{
    private const string States = "encoder_hidden_states", Padding = "encoder_attention_mask";
    private const string Resolution = "resolution", AspectRatio = "aspect_ratio";
    private const string SigmaPipeline = "PixArtSigmaPipeline";
    private const int Tokens = 120, TokensOfSigma = 300; // max_sequence_length of the pipelines: what they were trained with
    private const double Square = 1; // height over width

    public override string Name => "PixArt";

    public override IReadOnlyList<string> Inputs => [States, Padding, Resolution, AspectRatio];

    protected override string Advice => " It belongs to PixArt, whose graph also has encoder_attention_mask.";

    /// <inheritdoc/>
    public override TextContract ReadText(
        string root, JsonFile index, DenoiserContract denoiser, JsonFile config, List<string> warnings)
    {
        Require(root, "text_encoder");
        int most = index.Text("_class_name") == SigmaPipeline ? TokensOfSigma : Tokens;
        int tokens = TokensOf(denoiser.Graph, States) ?? TracedLength.Find(denoiser.Graph, Padding)
            ?? Math.Min(most, TextEncoderContract.T5LengthOf(root, "") ?? most);
        var encoder = TextEncoderContract.ReadT5(root, "", tokens, lowersCase: true);
        if (encoder.Mask is null)
        {
            throw new BundleException(encoder.Graph.File, "it has no input 'attention_mask': the encoder would take padding for words. "
                + "Export it with the mask.");
        }

        return new TextContract([new TextPart(encoder) { States = encoder.LastStates() }]) { Masks = true };
    }

    /// <inheritdoc/>
    protected override bool Recognises(string root, OnnxGraph denoiser) => Takes(denoiser, Padding);

    /// <inheritdoc/>
    protected override IEnumerable<DenoiserInput> Bind(DenoiserContract denoiser, TextContract? text, int imageSize)
    {
        List<DenoiserInput> inputs = [text!.Sequence(denoiser.Graph, States), text.Mask(denoiser.Graph, Padding)];
        if (Takes(denoiser.Graph, Resolution))
            inputs.Add(Constant(denoiser.Graph, Resolution, imageSize, imageSize));
        if (Takes(denoiser.Graph, AspectRatio))
            inputs.Add(Constant(denoiser.Graph, AspectRatio, Square));
        return inputs;
    }
}
