using DiffusionClassifier.Onnx.Devices;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>
/// A denoiser whose graphs' tensors lie in a device's memory. It owns these tensors and the graphs, which all of its batches use in turn.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="buckets">The batch sizes.</param>
/// <param name="memory">The device's, borrowed.</param>
/// <param name="open">Opens a session for a graph.</param>
/// <param name="captured">Whether the graphs' calls are captured.</param>
internal sealed class DeviceDenoiser(
    ModelContract model, IReadOnlyList<int> buckets, IDeviceMemory memory, Func<OnnxGraph, IGraphSession> open, bool captured) : IDenoiser
{
    private readonly DeviceResources _resources = new(memory);
    private DeviceTensor[]? _features;
    private BucketGraphs? _first, _last; // the encoder of a pair and its decoder; or the last alone
    private DeviceTensor? _predicted;

    public IReadOnlyList<int> Buckets => buckets;

    private int Capacity => buckets[^1];

    public OnnxDenoisingBatch CreateBatch()
    {
        using CaptureGate.Passage _ = CaptureGate.Pass();
        return model.Denoiser.Pair is { } pair
            ? new PairBatch(model, pair, buckets, (encoder, decoder, output) => Connect(pair, encoder, decoder, output))
            : new WholeBatch(model, buckets, Connect);
    }

    public void Dispose()
    {
        _first?.Dispose();
        _last?.Dispose();
        _resources.Dispose();
    }

    private DeviceLane Connect(GraphCall call, BoundTensor output)
    {
        _predicted ??= _resources.Tensor(output.Layout, Capacity);
        _last ??= Graphs(model.Denoiser.Graph, call, features: [], [_predicted]);
        return new DeviceLane(memory, [(call, _last)], output, _predicted, Capacity);
    }

    private DeviceLane Connect(PairContract pair, GraphCall encoder, GraphCall decoder, BoundTensor output)
    {
        _predicted ??= _resources.Tensor(output.Layout, Capacity);
        _features ??= [.. pair.Features.Select(feature =>
            _resources.Tensor(new TensorLayout(feature, [TensorLayout.Rows, .. feature.Dimensions.Skip(1)]), Capacity))];
        _first ??= Graphs(pair.Encoder, encoder, features: [], _features);
        // The decoder picks from the features of all slots that there could be: so it has one graph a size, whatever the encoder's.
        _last ??= Graphs(model.Denoiser.Graph, decoder, [.. _features.Select(feature => new TensorRows(feature, Capacity))], [_predicted]);
        return new DeviceLane(memory, [(encoder, _first), (decoder, _last)], output, _predicted, Capacity);
    }

    private BucketGraphs Graphs(
        OnnxGraph graph, GraphCall call, IReadOnlyList<TensorRows> features, IReadOnlyList<DeviceTensor> outputs) =>
        new(graph, memory, new GraphSessions(() => open(graph), captured),
            [.. call.Inputs.Select(input => _resources.Tensor(input.Layout, Capacity))], features, outputs);
}
