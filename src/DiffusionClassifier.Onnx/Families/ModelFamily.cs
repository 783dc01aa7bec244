using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>
/// A kind of models: how a bundle of it is recognized, what its denoiser is told, and which encoders go before that. Everything else about
/// a model is read from its files. Stateless.
/// </summary>
internal abstract class ModelFamily
{
    /// <summary>The first that recognizes a bundle has it.</summary>
    private static readonly ModelFamily[] All =
        [new Flux(), new StableDiffusion3(), new StableDiffusionXl(), new PixArt(), new StableDiffusion(), new ClassConditional()];

    /// <summary>What inputs of denoisers that no family here has mean, as the end of a sentence.</summary>
    private static readonly (string Prefix, string Meaning)[] Foreign =
    [
        ("timestep_cond", " It belongs to a distilled model (LCM): use the model that it was distilled from."),
        ("controlnet", " It belongs to a ControlNet, which wants a drawing beside the image: use the base model."),
        ("conditioning_scale", " It belongs to a ControlNet, which wants a drawing beside the image: use the base model."),
        ("down_block", " It takes the residuals of a ControlNet or an adapter: export the base model without it."),
        ("mid_block", " It takes the residuals of a ControlNet or an adapter: export the base model without it."),
        ("image_embeds", " It is told an image instead of a label (unCLIP, IP-Adapter): use the base model."),
    ];

    /// <summary>What people call it.</summary>
    public abstract string Name { get; }

    /// <summary>What people call one of its models.</summary>
    /// <param name="model">The model.</param>
    public virtual string NameOf(ModelContract model) => Name;

    /// <summary>What its labels are.</summary>
    public virtual ConditioningKind Conditioning => ConditioningKind.Text;

    /// <summary>The names of its denoiser's inputs that tell it of the label, and of its constants.</summary>
    public abstract IReadOnlyList<string> Inputs { get; }

    /// <summary>
    /// What σ is multiplied by before a denoiser that follows a rectified flow of diffusers' FlowMatch schedulers is told it; null: it is
    /// no such model.
    /// </summary>
    public virtual double? FlowTimestepScale => null;

    /// <summary>What to do where a bundle that was taken for another family's has an input of this one, as the end of a sentence.</summary>
    protected abstract string Advice { get; }

    /// <summary>The family of a bundle.</summary>
    /// <param name="root">The bundle's folder.</param>
    /// <param name="denoiser">The graph that is told of the label.</param>
    public static ModelFamily Of(string root, OnnxGraph denoiser) => All.First(family => family.Recognises(root, denoiser));

    /// <summary>The names of inputs of all families.</summary>
    public static IReadOnlyCollection<string> InputsOfAll { get; } = All.SelectMany(family => family.Inputs).ToHashSet();

    /// <summary>What turns prompts into what the denoiser is told; null if labels are not text.</summary>
    /// <param name="root">The bundle's folder.</param>
    /// <param name="index">Its model_index.json.</param>
    /// <param name="denoiser">Which is told.</param>
    /// <param name="config">The denoiser's config.json.</param>
    /// <param name="warnings">Gets what is odd.</param>
    /// <exception cref="BundleException">
    /// A graph is not one that this program can feed, or does not fit tokenizer or denoiser.
    /// </exception>
    public virtual TextContract? ReadText(
        string root, JsonFile index, DenoiserContract denoiser, JsonFile config, List<string> warnings) => null;

    /// <summary>What the denoiser's inputs are given, beside x_t and t.</summary>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="text">What turns prompts into what it is told, if labels are text.</param>
    /// <param name="imageSize">Width and height of the images, in pixels.</param>
    /// <exception cref="BundleException">One of them is missing, or the graph wants another one.</exception>
    public IReadOnlyList<DenoiserInput> BindAll(DenoiserContract denoiser, TextContract? text, int imageSize)
    {
        DenoiserInput[] inputs = [.. Bind(denoiser, text, imageSize)];
        foreach (GraphTensor input in denoiser.Graph.Inputs)
        {
            // Of a pair, the second graph takes the first one's features, which were checked with the pair.
            bool isFed = denoiser.Pair is null ? input == denoiser.Sample || input == denoiser.Timestep : !InputsOfAll.Contains(input.Name);
            if (!isFed && Array.TrueForAll(inputs, bound => bound.Tensor != input))
            {
                throw new BundleException(denoiser.Graph.File,
                    $"the graph wants an input that this program does not have: {input}.{AdviceOn(input.Name)}");
            }
        }

        return inputs;
    }

    /// <summary>How images were cropped in training, where the bundle does not say.</summary>
    /// <param name="isTransformer">Whether the denoiser is not a U-Net.</param>
    /// <param name="isLatent">Whether the denoiser sees latents, not pixels.</param>
    public virtual ImageCrop Crop(bool isTransformer, bool isLatent) => ImageCrop.Sd;

    /// <summary>Whether a bundle is such a model, going by its parts and by what its denoiser asks for.</summary>
    protected abstract bool Recognises(string root, OnnxGraph denoiser);

    /// <inheritdoc cref="BindAll"/>
    protected abstract IEnumerable<DenoiserInput> Bind(DenoiserContract denoiser, TextContract? text, int imageSize);

    /// <summary>Checks that the parts are there without which the family's denoisers cannot be told of a label.</summary>
    /// <exception cref="BundleException">One is missing.</exception>
    protected void Require(string root, params ReadOnlySpan<string> parts)
    {
        foreach (string part in parts)
        {
            if (!Has(root, part))
            {
                throw new BundleException(Path.Combine(root, part),
                    $"the folder is missing: going by its inputs the denoiser is of {Name}, which cannot be told of a label without.");
            }
        }
    }

    /// <summary>Whether a bundle has a part, as a folder of that name.</summary>
    protected static bool Has(string root, string part) => Directory.Exists(Path.Combine(root, part));

    /// <summary>Whether a graph has an input of that name.</summary>
    protected static bool Takes(OnnxGraph graph, string input) => graph.Inputs.Any(tensor => tensor.Name == input);

    /// <summary>The number of tokens that a graph's sequence is fixed to; null: it takes any.</summary>
    protected static int? TokensOf(OnnxGraph denoiser, string sequence) =>
        denoiser.Input(sequence).Dimensions is [_, > 0 and var tokens, _] ? (int)tokens : null;

    /// <summary>An input that gets the same numbers in every row of every call.</summary>
    /// <exception cref="BundleException">There is none, or its rows have another length.</exception>
    protected static DenoiserInput Constant(OnnxGraph denoiser, string name, params IReadOnlyList<double> row)
    {
        GraphTensor tensor = denoiser.Expect(name, TensorElements.Floats, 1, 2);
        if (tensor.Rank == 2 ? tensor.Dimensions[1] is > 0 and var length && length != row.Count : row.Count != 1)
            throw new BundleException(denoiser.File, $"the input {tensor} is not supported: '{name}' must have {row.Count} numbers a row.");
        long[] shape = tensor.Rank == 1 ? [DenoiserInput.Rows] : [DenoiserInput.Rows, row.Count];
        return new DenoiserInput(tensor, InputSource.Constant, shape) { Values = row };
    }

    // What to say about an input that its family does not have, after a blank.
    private static string? AdviceOn(string input) => Array.FindLast(All, family => family.Inputs.Contains(input))?.Advice
        ?? Array.Find(Foreign, foreign => input.StartsWith(foreign.Prefix, StringComparison.Ordinal)).Meaning;
}
