using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// The tensors of one batch at one bucket's exact shape, and their binding to the session. Owned by one <see cref="OnnxDenoisingBatch"/>.
/// </summary>
/// <remarks>
/// ONNX Runtime copies an input to a device's own memory when it is bound, not when the graph runs: an input bound once would stay as it
/// was then. So inputs are bound again for every call, which costs a microsecond on a CPU, if nothing is copied. Outputs are copied back
/// at the end of every run, unless they lie in the device's memory, and stay bound.
/// </remarks>
internal sealed class BucketBinding : IDisposable
{
    private readonly OnnxSession _session;
    private readonly OrtIoBinding _binding;
    private readonly (string Name, OrtValue Value)[] _inputs;
    private readonly OrtValue? _output;

    public BucketBinding(OnnxSession session, int bucket, IEnumerable<BoundTensor> inputs, BoundTensor output)
        : this(session, bucket, inputs)
    {
        _output = output.Bind(bucket);
        _binding.BindOutput(output.Name, _output);
    }

    /// <param name="session">The graph.</param>
    /// <param name="bucket">Rows.</param>
    /// <param name="inputs">Its inputs, or those that are this batch's own.</param>
    /// <param name="outputs">Owned by another object, which keeps them as long as this one lives.</param>
    public BucketBinding(
        OnnxSession session, int bucket, IEnumerable<BoundTensor> inputs, params ReadOnlySpan<(string Name, OrtValue Value)> outputs)
    {
        _session = session;
        _inputs = [.. inputs.Select(input => (input.Name, input.Bind(bucket)))];
        _binding = session.CreateBinding();
        foreach ((string name, OrtValue value) in outputs)
            _binding.BindOutput(name, value);
    }

    /// <summary>Blocks until the outputs are written.</summary>
    /// <param name="more">Inputs that are not the batch's own.</param>
    public void Run(ReadOnlySpan<(string Name, OrtValue Value)> more = default) => _session.Run(_binding, _inputs, more);

    public void Dispose()
    {
        _binding.Dispose(); // before the values that it uses
        foreach ((_, OrtValue value) in _inputs)
            value.Dispose();
        _output?.Dispose();
    }
}
