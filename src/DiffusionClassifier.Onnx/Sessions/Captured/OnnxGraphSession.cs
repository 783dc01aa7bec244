using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>A session of ONNX Runtime whose tensors lie in the device's memory.</summary>
internal sealed class OnnxGraphSession : IGraphSession
{
    private readonly OnnxSession _session;

    /// <exception cref="BundleException">ONNX Runtime refuses the graph, or to capture it.</exception>
    public OnnxGraphSession(OnnxGraph graph, DeviceTarget target, SessionNeeds needs) =>
        _session = CaptureGate.Share(() => new OnnxSession(graph.File, target, needs));

    public IBoundGraph Bind(IReadOnlyList<TensorRows> inputs, IReadOnlyList<TensorRows> outputs, int id) =>
        new OnnxBoundGraph(_session, inputs, outputs, id);

    public void Dispose() => _session.Dispose();
}
