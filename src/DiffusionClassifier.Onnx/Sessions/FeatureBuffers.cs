using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Onnx.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// What an encoder says of the slots of a batch and its decoder reads: they never leave the device's memory. One set of tensors for each
/// size of the encoder's batch, for all batches of a model, as it runs one at a time. Owned by the <see cref="PairDenoiser"/>.
/// </summary>
internal sealed class FeatureBuffers(OnnxSession decoder, IReadOnlyList<GraphTensor> features) : IDisposable
{
    private readonly Dictionary<int, (string Name, OrtValue Value)[]> _sets = [];

    /// <summary>The tensors for a number of slots, made when they are asked for first.</summary>
    /// <exception cref="DeviceOutOfMemoryException">The device does not have enough memory for them.</exception>
    public (string Name, OrtValue Value)[] Of(int slots)
    {
        if (!_sets.TryGetValue(slots, out (string Name, OrtValue Value)[]? set))
            _sets.Add(slots, set = Allocate(slots));
        return set;
    }

    public void Dispose()
    {
        foreach ((string, OrtValue)[] set in _sets.Values)
            Free(set);
    }

    private (string Name, OrtValue Value)[] Allocate(int slots)
    {
        List<(string Name, OrtValue Value)> set = [];
        try
        {
            foreach (GraphTensor feature in features)
                set.Add((feature.Name, decoder.Allocate(feature.Name, feature.Element, [slots, .. feature.Dimensions.Skip(1)])));
            return [.. set];
        }
        catch
        {
            Free(set);
            throw;
        }
    }

    private static void Free(IEnumerable<(string Name, OrtValue Value)> set)
    {
        foreach ((_, OrtValue value) in set)
            value.Dispose();
    }
}
