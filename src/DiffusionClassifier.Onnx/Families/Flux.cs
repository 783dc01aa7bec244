using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>
/// FLUX.1: a transformer over packed latents that reads T5's tokens and is told CLIP's pooled output, the place of each token of the image,
/// and, where it is distilled from guidance, how much of that (diffusers, pipeline_flux.py). A rectified flow that is told σ itself.
/// </summary>
internal sealed class Flux : ModelFamily
{
    private const string States = "encoder_hidden_states", PooledInput = "pooled_projections", PooledOutput = "pooler_output";
    private const string ImageIds = "img_ids", TextIds = "txt_ids", Guidance = "guidance";
    private const double UsualGuidance = 3.5; // FluxPipeline.__call__'s default, in whose neighbourhood the model was distilled
    private const int IdNumbers = 3; // of a token: an image's number, always 0 here, its row and its column
    private const int Tokens = 512, TokensOfSchnell = 256; // max_sequence_length; the model without guidance saw no more

    public override string Name => "FLUX";

    public override IReadOnlyList<string> Inputs => [States, PooledInput, ImageIds, TextIds, Guidance];

    public override double? FlowTimestepScale => 1;

    protected override string Advice => " It belongs to FLUX, whose graph also has the others of img_ids, txt_ids and pooled_projections.";

    /// <inheritdoc/>
    public override TextContract ReadText(
        string root, JsonFile index, DenoiserContract denoiser, JsonFile config, List<string> warnings)
    {
        Require(root, "text_encoder", "text_encoder_2");
        var clip = TextEncoderContract.ReadClip(root, "", warnings);
        int most = Takes(denoiser.Graph, Guidance) ? Tokens : TokensOfSchnell;
        int tokens = TokensOf(denoiser.Graph, States) ?? Math.Min(most, TextEncoderContract.T5LengthOf(root, "_2") ?? most);
        var t5 = TextEncoderContract.ReadT5(root, "_2", tokens, lowersCase: false);
        return new TextContract(
        [
            new TextPart(t5) { States = t5.LastStates() },
            new TextPart(clip) { Pooled = clip.Whole(PooledOutput, "hidden_size") },
        ]);
    }

    /// <inheritdoc/>
    protected override bool Recognises(string root, OnnxGraph denoiser) => Takes(denoiser, ImageIds) && Takes(denoiser, TextIds);

    /// <inheritdoc/>
    protected override IEnumerable<DenoiserInput> Bind(DenoiserContract denoiser, TextContract? text, int imageSize)
    {
        int side = denoiser.Shape.Height / denoiser.Size.Patch;
        double[] places = [.. Enumerable.Range(0, side * side).SelectMany(token => (double[])[0, token / side, token % side])];
        List<DenoiserInput> inputs =
        [
            text!.Sequence(denoiser.Graph, States),
            text.Pooled(denoiser.Graph, PooledInput),
            Ids(denoiser.Graph, ImageIds, places),
            Ids(denoiser.Graph, TextIds, new double[text.Tokens * IdNumbers]),
        ];
        if (Takes(denoiser.Graph, Guidance))
            inputs.Add(Constant(denoiser.Graph, Guidance, UsualGuidance));
        return inputs;
    }

    // [tokens, 3] for all rows, as diffusers has it since 0.31; [batch, tokens, 3] in exports from before.
    private static DenoiserInput Ids(OnnxGraph denoiser, string name, double[] ids)
    {
        GraphTensor tensor = denoiser.Inputs.First(input => input.Name == name);
        if (!TensorElements.Numbers.Contains(tensor.Element) || tensor.Rank is not (2 or 3))
        {
            throw new BundleException(denoiser.File, $"the input {tensor} is not supported: '{name}' must hold {IdNumbers} numbers of each "
                + "token, [tokens, 3] or [batch, tokens, 3].");
        }

        int tokens = ids.Length / IdNumbers;
        if (tensor.Dimensions[^2] is > 0 and var count && count != tokens)
            throw new BundleException(denoiser.File, $"'{name}' is fixed to {count} tokens; there are {tokens}.");
        long[] shape = tensor.Rank == 2 ? [tokens, IdNumbers] : [DenoiserInput.Rows, tokens, IdNumbers];
        return new DenoiserInput(tensor, InputSource.Constant, shape) { Values = ids };
    }
}
