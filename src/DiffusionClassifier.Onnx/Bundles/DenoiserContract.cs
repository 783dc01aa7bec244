using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>What a denoiser's graph must look like, in the names of diffusers' exports. Stateless.</summary>
internal static class DenoiserContract
{
    public const string Sample = "sample", Timestep = "timestep", ClassLabels = "class_labels";

    private const int BatchAxis = 0, ChannelAxis = 1, HeightAxis = 2, WidthAxis = 3, Rank = 4;
    private const double MaxElements = 1 << 24; // C·H·W of an RGB picture of 2364×2364: a damaged size becomes a message, not an overflow

    /// <summary>C×H×W from config.json (<c>in_channels</c>, <c>sample_size</c>), else from the graph's fixed sizes.</summary>
    public static LatentShape Shape(OnnxGraph graph, JsonFile config)
    {
        GraphTensor sample = graph.Input(Sample);
        if (sample.Rank != Rank)
            throw new BundleException(graph.File, $"the input '{Sample}' has rank {sample.Rank}; it must be [batch, channels, height, width].");
        var shape = new LatentShape(
            Size(graph, sample, ChannelAxis, "in_channels", config),
            Size(graph, sample, HeightAxis, "sample_size", config),
            Size(graph, sample, WidthAxis, "sample_size", config));
        return (double)shape.Channels * shape.Height * shape.Width <= MaxElements
            ? shape
            : throw new BundleException(graph.File, $"a row of {shape.Channels}×{shape.Height}×{shape.Width} values is larger than any model's.");
    }

    /// <summary>Checks inputs and output against what the model runner feeds and reads.</summary>
    public static void Check(OnnxGraph graph, LatentShape shape)
    {
        if (shape.Channels != 3 || shape.Height != shape.Width)
            throw new BundleException(graph.File, $"a pixel-space model must see square RGB pictures, not {shape.Channels}×{shape.Height}×{shape.Width}.");
        Expect(graph, Sample, [TensorElement.Float], Rank);
        Expect(graph, Timestep, [TensorElement.Int64], 1);
        Expect(graph, ClassLabels, [TensorElement.Int64], 1);
        foreach (GraphTensor input in graph.Inputs)
        {
            if (input.Name is not (Sample or Timestep or ClassLabels))
                throw new BundleException(graph.File, $"the graph wants an input that this program does not have: {input}.");
        }

        if (graph.Outputs is not [{ Rank: Rank, Element: TensorElement.Float } output, ..])
            throw new BundleException(graph.File, "its first output must be a float tensor [batch, channels, height, width].");
        if (output.Dimensions[ChannelAxis] is > 0 and var channels && channels != shape.Channels)
            throw new BundleException(graph.File, $"it puts out {channels} channels for {shape.Channels}.");
    }

    /// <summary>The batch size that an export is fixed to, or null where it takes any.</summary>
    public static int? FixedBatch(OnnxGraph graph) =>
        graph.Input(Sample).Dimensions[BatchAxis] is > 0 and var size ? (int)size : null;

    private static void Expect(OnnxGraph graph, string name, ReadOnlySpan<TensorElement> elements, int rank)
    {
        GraphTensor input = graph.Input(name);
        if (!elements.Contains(input.Element) || input.Rank != rank)
            throw new BundleException(graph.File, $"the input {input} is not supported: '{name}' must be {string.Join(" or ", elements.ToArray())} of rank {rank}.");
    }

    private static int Size(OnnxGraph graph, GraphTensor sample, int axis, string field, JsonFile config)
    {
        int? configured = config.Integer(field);
        long inGraph = sample.Dimensions[axis];
        if (configured is < 1)
            throw config.Complain(field, $"is {configured}; it must be at least 1.");
        if (configured is { } size && inGraph > 0 && inGraph != size)
            throw new BundleException(graph.File, $"the graph is fixed to {inGraph} where config.json says {field} = {size}.");
        return configured ?? (inGraph > 0 ? (int)inGraph : throw config.Complain(field, "is missing, and the graph does not fix it."));
    }
}
