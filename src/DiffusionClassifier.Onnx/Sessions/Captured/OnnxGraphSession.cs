using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>A session of ONNX Runtime whose tensors lie in the device's memory.</summary>
internal sealed class OnnxGraphSession : IGraphSession
{
    private readonly OnnxSession _session;

    /// <exception cref="BundleException">ONNX Runtime refuses the graph.</exception>
    /// <exception cref="CaptureRefusedException">Its calls were to be captured, and cannot.</exception>
    public OnnxGraphSession(OnnxGraph graph, DeviceTarget target, SessionNeeds needs)
    {
        _session = new OnnxSession(graph.File, target, needs);
        if (needs.Capture && _session.HasHostInputs)
        {
            _session.Dispose();
            throw new CaptureRefusedException("an input is used on the processor");
        }
    }

    public IBoundGraph Bind(IReadOnlyList<TensorRows> inputs, IReadOnlyList<TensorRows> outputs, int id) =>
        new OnnxBoundGraph(_session, inputs, outputs, id);

    public void Dispose() => _session.Dispose();
}
