using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>
/// Stable Diffusion 1 and 2: a denoiser with cross-attention to the hidden states of one CLIP text encoder, <c>encoder_hidden_states</c>
/// [batch, tokens, width]. A label is a prompt.
/// </summary>
internal sealed class StableDiffusion : ModelFamily
{
    private const string EncoderFolder = "text_encoder";
    private const int PromptRank = 3;

    public override ConditioningKind Conditioning => ConditioningKind.Text;

    protected override string ConditionName => "encoder_hidden_states";

    protected override string Advice => " The model is text-conditional: put text_encoder/ and tokenizer/ next to it.";

    /// <inheritdoc/>
    public override GraphTensor ReadCondition(OnnxGraph denoiser) =>
        denoiser.Expect(ConditionName, [TensorElement.Float, TensorElement.Half], PromptRank);

    /// <inheritdoc/>
    public override TextEncoderContract ReadText(string root, DenoiserContract denoiser, List<string> warnings) =>
        TextEncoderContract.Read(root, EncoderFolder, denoiser, warnings);

    /// <inheritdoc/>
    protected override bool Recognises(string root) => Has(root, EncoderFolder);
}
