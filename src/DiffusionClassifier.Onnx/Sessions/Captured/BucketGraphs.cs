using DiffusionClassifier.Onnx.Devices;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>
/// One graph of a denoiser at every size that it was run at, all over the same tensors in the device's memory. Where its calls are
/// captured, the first run of a size captures it and checks what was captured. Owned by a <see cref="DeviceDenoiser"/>, and owner of its
/// inputs and sessions.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="memory">The device's.</param>
/// <param name="sessions">Where it runs.</param>
/// <param name="inputs">What every call is given anew.</param>
/// <param name="features">What other graphs leave for this one, in a size that does not change.</param>
/// <param name="outputs">What it gives.</param>
internal sealed class BucketGraphs(OnnxGraph graph, IDeviceMemory memory, GraphSessions sessions, IReadOnlyList<DeviceTensor> inputs,
    IReadOnlyList<TensorRows> features, IReadOnlyList<DeviceTensor> outputs) : IDisposable
{
    private readonly Dictionary<int, IBoundGraph> _graphs = [];

    /// <summary>What every call is given anew.</summary>
    public IReadOnlyList<DeviceTensor> Inputs => inputs;

    /// <summary>Runs the first rows of the inputs.</summary>
    /// <exception cref="BundleException">What was captured does not give the graph's own answers.</exception>
    public void Run(int rows)
    {
        if (_graphs.TryGetValue(rows, out IBoundGraph? bound))
            bound.Run(sessions.Captured);
        else if (sessions.Captured)
            CaptureGate.Close(() => Capture(rows));
        else
            Bind(rows).Run(captured: false);
    }

    public void Dispose()
    {
        foreach (IBoundGraph bound in _graphs.Values)
            bound.Dispose();
        sessions.Dispose();
        foreach (DeviceTensor input in inputs)
            input.Dispose();
    }

    private void Capture(int rows)
    {
        var check = new CaptureCheck(memory, Bind(rows), [.. inputs.Select(input => new TensorRows(input, rows))], Outputs(rows));
        if (check.Run() is var deviation && !(deviation <= CaptureCheck.Tolerance(graph.IsHalf)))
        {
            throw new BundleException(graph.File, $"captured as a CUDA graph, it answers differently for a batch of {rows}: the largest "
                + $"deviation is {deviation:0.###} of the answers' root mean square. Switch capturing off for the device: "
                + $"{Providers.CudaProvider.Capture}=0 in its settings.");
        }
    }

    private IBoundGraph Bind(int rows)
    {
        IBoundGraph bound = sessions.For(rows)
            .Bind([.. inputs.Select(input => new TensorRows(input, rows)), .. features], Outputs(rows), id: rows);
        _graphs.Add(rows, bound);
        return bound;
    }

    private TensorRows[] Outputs(int rows) => [.. outputs.Select(output => new TensorRows(output, rows))];
}
