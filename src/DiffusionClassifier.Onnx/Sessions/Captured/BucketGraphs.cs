using DiffusionClassifier.Onnx.Devices;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>
/// One graph of a denoiser at every size that it was run at, all over the same tensors in the device's memory. Where its calls are
/// captured, the first run of a size captures it and checks what was captured; by each thread that runs it, as ONNX Runtime keeps captured
/// graphs by thread. Owned by a <see cref="DeviceDenoiser"/>, and owner of its sessions.
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
    private readonly Dictionary<(int Rows, int Thread), IBoundGraph> _graphs = [];

    /// <summary>What every call is given anew.</summary>
    public IReadOnlyList<DeviceTensor> Inputs => inputs;

    /// <summary>Runs the first rows of the inputs.</summary>
    /// <exception cref="BundleException">What was captured does not give the graph's own answers.</exception>
    /// <exception cref="CaptureRefusedException">The graph cannot be captured.</exception>
    public void Run(int rows)
    {
        int thread = sessions.Captured ? Environment.CurrentManagedThreadId : 0;
        if (!_graphs.TryGetValue((rows, thread), out IBoundGraph? bound))
            _graphs.Add((rows, thread), sessions.Captured ? Capture(rows) : RunPlainly(Bind(rows)));
        else if (sessions.Captured)
            bound.Run(captured: true);
        else
            RunPlainly(bound);
    }

    public void Dispose()
    {
        using CaptureGate.Passage _ = CaptureGate.Pass();
        foreach (IBoundGraph bound in _graphs.Values)
            bound.Dispose();
        sessions.Dispose();
    }

    private static IBoundGraph RunPlainly(IBoundGraph bound)
    {
        using CaptureGate.Passage _ = CaptureGate.Pass(); // it may allocate
        bound.Run(captured: false);
        return bound;
    }

    // What fails is not kept: the next run of the size would take it for good.
    private IBoundGraph Capture(int rows)
    {
        using CaptureGate.Passage _ = CaptureGate.Close();
        IBoundGraph bound = Bind(rows);
        try
        {
            TensorRows[] given = [.. inputs.Select(input => new TensorRows(input, rows))];
            double deviation = new CaptureCheck(memory, bound, given, Outputs(rows)).Run();
            if (deviation <= CaptureCheck.Tolerance(graph.IsHalf))
                return bound;
            throw new BundleException(graph.File, $"captured as a CUDA graph, it answers differently for a batch of {rows}: the largest "
                + $"deviation is {deviation:0.###} of the answers' root mean square. Switch capturing off for the device: "
                + $"{CudaProvider.Capture}=0 in its settings.");
        }
        catch
        {
            bound.Dispose();
            throw;
        }
    }

    private IBoundGraph Bind(int rows) =>
        sessions.For(rows).Bind([.. inputs.Select(input => new TensorRows(input, rows)), .. features], Outputs(rows), id: rows);

    private TensorRows[] Outputs(int rows) => [.. outputs.Select(output => new TensorRows(output, rows))];
}
