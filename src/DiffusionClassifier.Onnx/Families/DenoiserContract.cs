using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>What a denoiser's graph, or pair of graphs, takes and gives, checked, in the names of diffusers' exports. Immutable.</summary>
/// <param name="Graph">The graph, or the second of the two.</param>
/// <param name="Shape">C, H, W of a row's input.</param>
/// <param name="OutputChannels">Channels of a row's output: C, or 2·C where it also predicts its variance.</param>
/// <param name="Condition">The input that is told about the label, as the <see cref="ModelFamily"/> has it.</param>
internal sealed record DenoiserContract(OnnxGraph Graph, LatentShape Shape, int OutputChannels, GraphTensor Condition)
{
    private const string SampleName = "sample", TimestepName = "timestep";
    private const int BatchAxis = 0, ChannelAxis = 1, HeightAxis = 2, WidthAxis = 3, ImageRank = 4;
    private const int PixelChannels = 3;
    // C·H·W of an RGB image of 2364×2364: a damaged size becomes a message, not an overflow.
    private const double MaxElements = 1 << 24;

    /// <summary>The first of two graphs, and how they fit; null if there is one.</summary>
    public PairContract? Pair { get; private init; }

    /// <summary>All graphs, in the order in which they run.</summary>
    public IReadOnlyList<OnnxGraph> Graphs => Pair is { } pair ? [pair.Encoder, Graph] : [Graph];

    /// <summary>x_t, [batch, C, H, W].</summary>
    public GraphTensor Sample => Graphs[0].Input(SampleName);

    /// <summary>t, [batch], or one for the whole batch.</summary>
    public GraphTensor Timestep => Graphs[0].Input(TimestepName);

    /// <summary>The prediction, [batch, <see cref="OutputChannels"/>, H, W].</summary>
    public GraphTensor Output => Graph.Outputs[0];

    /// <summary>The batch size that the export is fixed to, or null if it takes any.</summary>
    public int? FixedBatch => Sample.Dimensions[BatchAxis] is > 0 and var size ? (int)size : null;

    /// <summary>Whether all rows of a call share one timestep.</summary>
    public bool ScalarTimestep => Timestep.Rank == 0 || (Timestep.Dimensions[0] == 1 && FixedBatch != 1);

    public bool LearnedVariance => OutputChannels > Shape.Channels;

    /// <param name="folder">The folder with <c>encoder.onnx</c> and <c>decoder.onnx</c>, which go first, or <c>model.onnx</c>.</param>
    /// <param name="config">The folder's <c>config.json</c>.</param>
    /// <param name="family">What the bundle's other folders say that it is.</param>
    /// <exception cref="BundleException">The graph is not one that this program can feed.</exception>
    public static DenoiserContract Read(string folder, JsonFile config, ModelFamily family)
    {
        if (PairContract.IsIn(folder))
            return ReadPair(folder, config, family);
        OnnxGraph graph = OnnxGraphReader.Read(Path.Combine(folder, OnnxGraph.FileName));
        LatentShape shape = ReadShape(graph, config);
        ReadSample(graph);
        ReadTimestep(graph, 0, 1);
        GraphTensor condition = family.ReadCondition(graph);
        foreach (GraphTensor input in graph.Inputs)
        {
            if (input.Name is not (SampleName or TimestepName) && input != condition)
            {
                throw new BundleException(graph.File,
                    $"the graph wants an input that this program does not have: {input}.{ModelFamily.AdviceOn(input.Name)}");
            }
        }

        return new DenoiserContract(graph, shape, ReadOutputChannels(graph, shape, config), condition);
    }

    /// <summary>The input that is told t.</summary>
    /// <exception cref="BundleException">There is none, or not of this rank.</exception>
    public static GraphTensor ReadTimestep(OnnxGraph graph, params ReadOnlySpan<int> ranks) =>
        graph.Expect(TimestepName, [TensorElement.Int64, TensorElement.Int32, TensorElement.Float, TensorElement.Half], ranks);

    /// <summary>Checks that the denoiser can work without a VAE.</summary>
    /// <exception cref="BundleException">It sees something other than RGB images.</exception>
    public void RequirePixels()
    {
        if (Shape.Channels != PixelChannels)
            throw new BundleException(Graph.File, $"without vae_encoder/ a model must see RGB images, not {Shape.Channels} channels.");
    }

    private static DenoiserContract ReadPair(string folder, JsonFile config, ModelFamily family)
    {
        (OnnxGraph encoder, OnnxGraph decoder) = PairContract.ReadGraphs(folder);
        LatentShape shape = ReadShape(encoder, config);
        GraphTensor condition = family.ReadCondition(decoder);
        return new DenoiserContract(decoder, shape, ReadOutputChannels(decoder, shape, config), condition)
        {
            Pair = PairContract.Read(encoder, ReadSample(encoder), ReadTimestep(encoder, 1), decoder, condition),
        };
    }

    private static GraphTensor ReadSample(OnnxGraph graph) =>
        graph.Expect(SampleName, [TensorElement.Float, TensorElement.Half], ImageRank);

    // C×H×W from config.json, else from the graph's fixed sizes.
    private static LatentShape ReadShape(OnnxGraph graph, JsonFile config)
    {
        GraphTensor sample = graph.Input(SampleName);
        if (sample.Rank != ImageRank)
        {
            throw new BundleException(graph.File,
                $"the input '{SampleName}' has rank {sample.Rank}; it must be [batch, channels, height, width].");
        }

        var shape = new LatentShape(
            Size(graph, sample, ChannelAxis, "in_channels", config),
            Size(graph, sample, HeightAxis, "sample_size", config),
            Size(graph, sample, WidthAxis, "sample_size", config));
        if ((double)shape.Channels * shape.Height * shape.Width > MaxElements)
        {
            throw new BundleException(graph.File,
                $"a row of {shape.Channels}×{shape.Height}×{shape.Width} values is larger than any model's.");
        }

        return shape.Height == shape.Width
            ? shape
            : throw new BundleException(graph.File, $"it must see squares, not {shape.Height}×{shape.Width}.");
    }

    private static int ReadOutputChannels(OnnxGraph graph, LatentShape shape, JsonFile config)
    {
        if (graph.Outputs is not [{ Rank: ImageRank, Element: TensorElement.Float or TensorElement.Half } output, ..])
            throw new BundleException(graph.File, "its first output must be a float tensor [batch, channels, height, width].");
        int channels = output.Dimensions[ChannelAxis] is > 0 and var fixedSize
            ? (int)fixedSize
            : config.Integer("out_channels") ?? shape.Channels;
        if (shape.Channels == 2 * channels + 1)
        {
            throw new BundleException(graph.File, $"an inpainting U-Net ({shape.Channels} input channels: "
                + $"a latent, a mask and a masked latent) cannot classify a whole image: use the base model, with {channels} channels.");
        }

        if (shape.Channels > channels)
        {
            throw new BundleException(graph.File, $"it takes {shape.Channels} channels and predicts {channels}: a model that wants more "
                + "than the latent (a depth map, an instruction's source image) is not supported; use the base model.");
        }

        return channels == shape.Channels || channels == 2 * shape.Channels
            ? channels
            : throw new BundleException(graph.File, $"it puts out {channels} channels for {shape.Channels}; "
                + "it must be the same number, or twice as many if the model predicts its variance.");
    }

    private static int Size(OnnxGraph graph, GraphTensor sample, int axis, string field, JsonFile config)
    {
        int? configured = config.Integer(field);
        long inGraph = sample.Dimensions[axis];
        if (configured is < 1)
            throw config.Complain(field, $"is {configured}; it must be at least 1.");
        if (configured is { } size && inGraph > 0 && inGraph != size)
            throw new BundleException(graph.File, $"the graph is fixed to {inGraph}, but config.json says {field} = {size}.");
        return configured ?? (inGraph > 0 ? (int)inGraph : throw config.Complain(field, "is missing, and the graph does not fix it."));
    }
}
