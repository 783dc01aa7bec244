using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>
/// Stable Diffusion 3 and 3.5: the states of two CLIP encoders before their last layers, side by side and filled up with zeros to T5's
/// width, then T5's own tokens; and both CLIP projections of the whole prompt. T5 may be left out: its tokens are zeros then (diffusers,
/// pipeline_stable_diffusion_3.py <c>encode_prompt</c>). A rectified flow that is told 1000·σ.
/// </summary>
internal sealed class StableDiffusion3 : ModelFamily
{
    private const string States = "encoder_hidden_states", Projections = "pooled_projections";
    private const string Projection = "text_embeds", ProjectionWidth = "projection_dim", SequenceWidth = "joint_attention_dim";
    private const int T5Tokens = 256; // max_sequence_length of the pipeline; zeros as well since diffusers 0.36

    public override string Name => "Stable Diffusion 3";

    public override IReadOnlyList<string> Inputs => [States, Projections];

    public override double? FlowTimestepScale => 1_000;

    protected override string Advice => " It belongs to Stable Diffusion 3 or FLUX: all of their folders must be there.";

    /// <inheritdoc/>
    public override TextContract ReadText(
        string root, JsonFile index, DenoiserContract denoiser, JsonFile config, List<string> warnings)
    {
        Require(root, "text_encoder", "text_encoder_2");
        var first = TextEncoderContract.ReadClip(root, "", warnings);
        var second = TextEncoderContract.ReadClip(root, "_2", warnings);
        (TextOutput left, TextOutput leftPooled) = (first.StatesBeforeLast(), first.Whole(Projection, ProjectionWidth));
        List<TextPart> parts =
        [
            new TextPart(first) { States = left, Pooled = leftPooled },
            new TextPart(second)
            {
                States = second.StatesBeforeLast(),
                FirstFeature = left.Width,
                Pooled = second.Whole(Projection, ProjectionWidth),
                FirstPooled = leftPooled.Width,
            },
        ];
        int clipTokens = first.Tokenizer.MaxLength;
        int tokens = TokensOf(denoiser.Graph, States) ?? clipTokens + T5Tokens;
        if (Has(root, "text_encoder_3"))
        {
            var third = TextEncoderContract.ReadT5(root, "_3", tokens - clipTokens, lowersCase: false);
            parts.Add(new TextPart(third) { States = third.LastStates(), FirstToken = clipTokens });
        }
        else
        {
            warnings.Add("The bundle has no text_encoder_3 (T5): the model reads prompts with its two CLIP encoders only, which know less "
                + "about long captions.");
        }

        int width = config.Integer(SequenceWidth) ?? parts.Max(part => part.FirstFeature + part.States!.Width);
        return new TextContract(parts) { Tokens = tokens, Width = width };
    }

    /// <inheritdoc/>
    protected override bool Recognises(string root, OnnxGraph denoiser) => Takes(denoiser, Projections);

    /// <inheritdoc/>
    protected override IEnumerable<DenoiserInput> Bind(DenoiserContract denoiser, TextContract? text, int imageSize) =>
        [text!.Sequence(denoiser.Graph, States), text.Pooled(denoiser.Graph, Projections)];
}
