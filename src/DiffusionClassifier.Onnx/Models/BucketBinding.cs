using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Models;

/// <summary>
/// The tensors of one batch at one bucket's exact shape, and their binding to the session. Owned by one <see cref="OnnxDenoisingBatch"/>.
/// </summary>
/// <remarks>
/// ONNX Runtime copies an input to a device's own memory when it is bound, not when the graph runs: an input bound once would stay as it was
/// then. So inputs are bound anew for every call, which on a processor, where nothing is copied, costs a microsecond. The output is copied
/// back at the end of every run, and stays bound.
/// </remarks>
internal sealed class BucketBinding : IDisposable
{
    private readonly OnnxSession _session;
    private readonly OrtIoBinding _binding;
    private readonly (string Name, OrtValue Value)[] _inputs;
    private readonly OrtValue _output;

    public BucketBinding(OnnxSession session, int bucket, IEnumerable<BoundTensor> inputs, BoundTensor output)
    {
        _session = session;
        _inputs = [.. inputs.Select(input => (input.Name, input.Bind(bucket)))];
        _output = output.Bind(bucket);
        _binding = session.CreateBinding();
        _binding.BindOutput(output.Name, _output);
    }

    /// <summary>Blocks until the output is written.</summary>
    public void Run() => _session.Run(_binding, _inputs);

    public void Dispose()
    {
        _binding.Dispose(); // before the values that it uses
        foreach ((_, OrtValue value) in _inputs)
            value.Dispose();
        _output.Dispose();
    }
}
