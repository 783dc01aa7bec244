namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>The way to one graph whose session reads and writes the batch's own memory, once for every bucket.</summary>
internal sealed class HostLane : ILane
{
    private readonly GraphCall _call;
    private readonly Dictionary<int, BucketBinding> _bindings = [];

    public HostLane(OnnxSession session, IReadOnlyList<int> buckets, GraphCall call, BoundTensor output)
    {
        _call = call;
        foreach (int bucket in buckets)
            _bindings.Add(bucket, new BucketBinding(session, bucket, call.Inputs, output));
    }

    public void Upload()
    {
    }

    public void Run() => _bindings[_call.Rows].Run();

    public void Download()
    {
    }

    public void Dispose()
    {
        foreach (BucketBinding binding in _bindings.Values)
            binding.Dispose();
    }
}
