using System.Runtime.InteropServices;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;
using DiffusionClassifier.Onnx.Sessions.Captured;

namespace DiffusionClassifier.Onnx.Tests.Sessions.Captured;

/// <summary>A session on the processor that behaves as one that captures: it remembers its runs, and may be wrong as a device may be.</summary>
internal sealed class ProcessorSession : IGraphSession
{
    private static readonly DeviceTarget Processor = new(new(), new OnnxOptions { Threads = 1 });

    private readonly OnnxSession _session;

    public ProcessorSession(OnnxGraph graph) => _session = new OnnxSession(graph.File, Processor, new SessionNeeds());

    /// <summary>Each run: the graph's id, and how it ran.</summary>
    public List<(int Id, string Kind)> Runs { get; } = [];

    /// <summary>An input that a replay finds as it was when the graph was captured; null: none.</summary>
    public string? Stale { get; init; }

    /// <summary>Called at every run.</summary>
    public Action? Running { get; init; }

    public bool IsDisposed { get; private set; }

    public IBoundGraph Bind(IReadOnlyList<TensorRows> inputs, IReadOnlyList<TensorRows> outputs, int id) =>
        new BoundGraph(this, new OnnxBoundGraph(_session, inputs, outputs, id), [.. inputs.Where(input => input.Tensor.Layout.Name == Stale)], id);

    public void Dispose()
    {
        IsDisposed = true;
        _session.Dispose();
    }

    private sealed class BoundGraph(ProcessorSession owner, OnnxBoundGraph graph, TensorRows[] stale, int id) : IBoundGraph
    {
        private byte[][]? _captured;

        public void Run(bool captured)
        {
            owner.Runs.Add((id, !captured ? "plain" : _captured is null ? "captured" : "replayed"));
            owner.Running?.Invoke();
            if (captured)
                _captured ??= [.. stale.Select(Read)];
            foreach ((TensorRows input, byte[] content) in captured ? stale.Zip(_captured!) : [])
                Marshal.Copy(content, 0, input.Tensor.Address, content.Length);
            graph.Run(captured);
        }

        public void Dispose() => graph.Dispose();

        private static byte[] Read(TensorRows input)
        {
            byte[] content = new byte[input.Bytes];
            Marshal.Copy(input.Tensor.Address, content, 0, content.Length);
            return content;
        }
    }
}
