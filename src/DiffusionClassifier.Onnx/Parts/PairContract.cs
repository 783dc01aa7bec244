using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>
/// The first half of a denoiser that comes as two graphs: <c>encoder.onnx</c> makes features of x_t and t, once for all rows that share
/// them, and <c>decoder.onnx</c> picks each row's features by its index in <c>slots</c> and tells them what the label is. Immutable.
/// </summary>
/// <param name="Encoder">x_t [slots, C, H, W] and t [slots] → the features, each [slots, …].</param>
/// <param name="Features">What the decoder takes of the encoder, with the sizes of one slot's fixed.</param>
/// <param name="Slots">The decoder's input with the slot of each row, [rows].</param>
/// <param name="RowTimestep">The decoder's own t of each row, [rows]; null if it takes none.</param>
internal sealed record PairContract(OnnxGraph Encoder, IReadOnlyList<GraphTensor> Features, GraphTensor Slots, GraphTensor? RowTimestep)
{
    private const string EncoderFile = "encoder.onnx", DecoderFile = "decoder.onnx", SlotsName = "slots";
    private const double MaxElements = 1 << 26; // of one slot's feature, 256 MB: a damaged size becomes a message, not an overflow

    /// <summary>Whether a denoiser's folder holds two graphs; one without the other counts, and is refused.</summary>
    public static bool IsIn(string folder) =>
        File.Exists(Path.Combine(folder, EncoderFile)) || File.Exists(Path.Combine(folder, DecoderFile));

    /// <exception cref="BundleException">One of the two is missing, or is not an ONNX model.</exception>
    public static (OnnxGraph Encoder, OnnxGraph Decoder) ReadGraphs(string folder)
    {
        foreach ((string file, string other) in ((string, string)[])[(EncoderFile, DecoderFile), (DecoderFile, EncoderFile)])
        {
            string path = Path.Combine(folder, file);
            if (!File.Exists(path))
            {
                throw new BundleException(path, $"the file is missing, and {other} is of no use without it: "
                    + $"add it, or remove {other} to use {OnnxGraph.FileName}.");
            }
        }

        return (OnnxGraphReader.Read(Path.Combine(folder, EncoderFile)), OnnxGraphReader.Read(Path.Combine(folder, DecoderFile)));
    }

    /// <param name="encoder">The graph that sees the image.</param>
    /// <param name="sample">Its x_t.</param>
    /// <param name="timestep">Its t.</param>
    /// <param name="decoder">The graph that sees the label.</param>
    /// <param name="told">The names of its inputs that are told of the label.</param>
    /// <exception cref="BundleException">The graphs are none that this program can feed, or do not fit each other.</exception>
    public static PairContract Read(
        OnnxGraph encoder, GraphTensor sample, GraphTensor timestep, OnnxGraph decoder, IReadOnlyCollection<string> told)
    {
        if (encoder.Inputs.FirstOrDefault(input => input != sample && input != timestep) is { } foreign)
        {
            throw new BundleException(encoder.File, $"the graph wants an input that this program does not have: {foreign}. "
                + $"An encoder takes only '{sample.Name}' and '{timestep.Name}'.");
        }

        GraphTensor slots = decoder.Expect(SlotsName, TensorElements.Whole, 1);
        GraphTensor? rowTimestep =
            decoder.Inputs.Any(input => input.Name == timestep.Name) ? DenoiserContract.ReadTimestep(decoder, 1) : null;
        GraphTensor[] features = [.. decoder.Inputs.Where(input => input != slots && input != rowTimestep && !told.Contains(input.Name))];
        if (features.Length == 0)
        {
            throw new BundleException(decoder.File,
                $"the graph takes none of the encoder's features; its inputs are {string.Join(", ", decoder.Inputs)}.");
        }

        foreach (GraphTensor tensor in (IEnumerable<GraphTensor>)[sample, timestep])
            RequireAnyBatch(encoder, tensor);
        foreach (GraphTensor tensor in decoder.Inputs)
            RequireAnyBatch(decoder, tensor);
        if (!string.IsNullOrEmpty(slots.BatchName) && Array.Find(features, feature => feature.BatchName == slots.BatchName) is { } same)
        {
            throw new BundleException(decoder.File, $"the first axes of '{same.Name}' and '{slots.Name}' have the same name, "
                + $"'{same.BatchName}', as if they had the same size: give those of the features another name.");
        }

        return new PairContract(encoder, [.. features.Select(feature => Match(encoder, decoder, feature))], slots, rowTimestep);
    }

    private static void RequireAnyBatch(OnnxGraph graph, GraphTensor tensor)
    {
        if (tensor.Dimensions is not [< 0, ..])
        {
            throw new BundleException(graph.File,
                $"the first axis of {tensor} must be symbolic: the encoder's batch and the decoder's differ from call to call.");
        }
    }

    // Exports often leave the sizes of outputs open and fix those of inputs: either will do.
    private static GraphTensor Match(OnnxGraph encoder, OnnxGraph decoder, GraphTensor taken)
    {
        if (encoder.Outputs.FirstOrDefault(output => output.Name == taken.Name) is not { } given)
        {
            throw new BundleException(decoder.File, $"the graph wants an input that this program does not have: {taken}. "
                + $"The encoder's outputs are {string.Join(", ", encoder.Outputs)}.");
        }

        if (given.Element != taken.Element || given.Element == TensorElement.Unknown || given.Rank != taken.Rank
            || given.Dimensions.Zip(taken.Dimensions).Any(pair => pair is { First: > 0, Second: > 0 } && pair.First != pair.Second))
        {
            throw new BundleException(decoder.File,
                $"encoder and decoder do not match: the one gives {given}, the other takes {taken}.");
        }

        GraphTensor feature = taken with { Dimensions = [.. given.Dimensions.Zip(taken.Dimensions, Math.Max)] };
        if (feature.Dimensions is not [< 0, ..] || feature.Dimensions.Skip(1).Any(size => size < 0))
        {
            throw new BundleException(decoder.File,
                $"all sizes of the feature {feature} except the first must be fixed, in the encoder's output or in the decoder's input.");
        }

        return feature.Dimensions.Skip(1).Aggregate(1.0, (product, size) => product * size) > MaxElements
            ? throw new BundleException(decoder.File, $"the feature {feature} is larger than any model's.")
            : feature;
    }
}
