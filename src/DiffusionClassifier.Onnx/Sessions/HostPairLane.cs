namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>The way to a pair of graphs whose sessions read and write the batch's own memory.</summary>
internal sealed class HostPairLane : ILane
{
    private readonly OnnxSession _encoder;
    private readonly FeatureBuffers _features;
    private readonly GraphCall _encoderCall, _decoderCall;
    private readonly Dictionary<int, BucketBinding> _encoderBindings = [], _decoderBindings = [];

    public HostPairLane(OnnxSession encoder, OnnxSession decoder, FeatureBuffers features, IReadOnlyList<int> buckets,
        GraphCall encoderCall, GraphCall decoderCall, BoundTensor output)
    {
        (_encoder, _features, _encoderCall, _decoderCall) = (encoder, features, encoderCall, decoderCall);
        foreach (int bucket in buckets)
            _decoderBindings.Add(bucket, new BucketBinding(decoder, bucket, decoderCall.Inputs, output));
    }

    public void Upload()
    {
    }

    public void Run()
    {
        EncoderBinding(_encoderCall.Rows).Run();
        _decoderBindings[_decoderCall.Rows].Run(_features.Of(_encoderCall.Rows));
    }

    public void Download()
    {
    }

    public void Dispose()
    {
        foreach (BucketBinding binding in _encoderBindings.Values.Concat(_decoderBindings.Values))
            binding.Dispose();
    }

    // Made at a size's first call: many never come, as rows share slots, and their features would take the device's memory for nothing.
    private BucketBinding EncoderBinding(int slots)
    {
        if (!_encoderBindings.TryGetValue(slots, out BucketBinding? binding))
            _encoderBindings.Add(slots, binding = new BucketBinding(_encoder, slots, _encoderCall.Inputs, _features.Of(slots)));
        return binding;
    }
}
