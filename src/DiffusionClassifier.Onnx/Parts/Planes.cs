using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>Reads the sizes of denoisers that see images as planes, [batch, C, H, W]: almost all of them. Stateless.</summary>
internal static class Planes
{
    private const int ChannelAxis = 1, HeightAxis = 2, WidthAxis = 3, Rank = 4;
    // C·H·W of an RGB image of 2364×2364: a damaged size becomes a message, not an overflow.
    private const double MaxElements = 1 << 24;

    /// <summary>The input that takes x_t.</summary>
    /// <exception cref="BundleException">It is of another type or rank.</exception>
    public static GraphTensor Read(OnnxGraph graph, string name) => graph.Expect(name, TensorElements.Floats, Rank);

    /// <param name="graph">Which takes the sample.</param>
    /// <param name="last">Which gives the prediction; another one where there are two.</param>
    /// <param name="sample">The input that takes x_t.</param>
    /// <param name="config">The denoiser's config.json, which goes before the graphs' fixed sizes.</param>
    /// <param name="isTold">Whether a graph is told the label: else its output is for every class, one after the other.</param>
    /// <exception cref="BundleException">The sizes are unknown, contradict each other, or are no classifier's.</exception>
    public static DenoiserSize ReadSize(OnnxGraph graph, OnnxGraph last, GraphTensor sample, JsonFile config, bool isTold)
    {
        if (sample.Rank != Rank)
        {
            throw new BundleException(graph.File,
                $"the input '{sample.Name}' has rank {sample.Rank}; it must be [batch, channels, height, width].");
        }

        var shape = new LatentShape(
            Size(graph, sample, ChannelAxis, "in_channels", config),
            Size(graph, sample, HeightAxis, "sample_size", config),
            Size(graph, sample, WidthAxis, "sample_size", config));
        RequirePossible(graph, shape);
        if (shape.Height != shape.Width)
            throw new BundleException(graph.File, $"it must see squares, not {shape.Height}×{shape.Width}.");
        int channels = ReadOutputChannels(last, shape, config, isTold);
        return new DenoiserSize(shape, channels) { Heads = isTold ? 1 : channels / shape.Channels };
    }

    /// <exception cref="BundleException">No model's row is so large.</exception>
    public static void RequirePossible(OnnxGraph graph, LatentShape shape)
    {
        if ((double)shape.Channels * shape.Height * shape.Width > MaxElements)
        {
            throw new BundleException(graph.File,
                $"a row of {shape.Channels}×{shape.Height}×{shape.Width} values is larger than any model's.");
        }
    }

    private static int ReadOutputChannels(OnnxGraph graph, LatentShape shape, JsonFile config, bool isTold)
    {
        if (graph.Outputs is not [{ Rank: Rank } output, ..] || !output.Element.IsFloat())
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

        return channels == shape.Channels || channels == 2 * shape.Channels || (!isTold && channels % shape.Channels == 0)
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
