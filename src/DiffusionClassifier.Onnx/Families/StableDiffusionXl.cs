using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>
/// Stable Diffusion XL: the states of two CLIP encoders before their last layers, side by side; the second one's projection of the whole
/// prompt; and <c>time_ids</c>, the size and crop of the training image, here those of an image that was neither scaled nor cropped
/// (diffusers, pipeline_stable_diffusion_xl.py <c>encode_prompt</c>, <c>_get_add_time_ids</c>).
/// </summary>
internal sealed class StableDiffusionXl : ModelFamily
{
    private const string States = "encoder_hidden_states", Projection = "text_embeds", SizeAndCrop = "time_ids";
    private const int RefinersNumbers = 5; // of time_ids: the refiner has an aesthetic score in the place of the target size

    public override string Name => "Stable Diffusion XL";

    public override IReadOnlyList<string> Inputs => [States, Projection, SizeAndCrop];

    protected override string Advice => " It belongs to SDXL, whose graph also has the others of text_embeds and time_ids.";

    /// <inheritdoc/>
    public override TextContract ReadText(
        string root, JsonFile index, DenoiserContract denoiser, JsonFile config, List<string> warnings)
    {
        if (denoiser.Graph.Input(SizeAndCrop).Dimensions is [_, RefinersNumbers]) // first: it has no first text encoder
        {
            throw new BundleException(denoiser.Graph.File, "it is SDXL's refiner, which only finishes what the base model began: "
                + "use the base model.");
        }

        Require(root, "text_encoder", "text_encoder_2");
        var first = TextEncoderContract.ReadClip(root, "", warnings);
        var second = TextEncoderContract.ReadClip(root, "_2", warnings);
        TextOutput left = first.StatesBeforeLast();
        return new TextContract(
        [
            new TextPart(first) { States = left },
            new TextPart(second)
            {
                States = second.StatesBeforeLast(),
                FirstFeature = left.Width,
                Pooled = second.Whole(Projection, "projection_dim"),
            },
        ])
        {
            ZerosForEmpty = index.Flag("force_zeros_for_empty_prompt") ?? true, // the pipeline's own default
        };
    }

    /// <inheritdoc/>
    protected override bool Recognises(string root, OnnxGraph denoiser) => Takes(denoiser, Projection) && Takes(denoiser, SizeAndCrop);

    /// <inheritdoc/>
    protected override IEnumerable<DenoiserInput> Bind(DenoiserContract denoiser, TextContract? text, int imageSize) =>
    [
        text!.Sequence(denoiser.Graph, States),
        text.Pooled(denoiser.Graph, Projection),
        Constant(denoiser.Graph, SizeAndCrop, imageSize, imageSize, 0, 0, imageSize, imageSize), // original, crop, target
    ];
}
