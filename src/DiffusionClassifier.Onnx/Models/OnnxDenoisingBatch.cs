using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;

namespace DiffusionClassifier.Onnx.Models;

/// <summary>
/// A batch whose pinned arrays are known to a session as tensors, once for every bucket: a call passes no arrays. Owned by the worker that
/// asked the model for it.
/// </summary>
internal sealed class OnnxDenoisingBatch : DenoisingBatch
{
    private readonly BoundTensor[] _inputs;
    private readonly BoundTensor _output;
    private readonly bool _scalarTimestep;
    private readonly Dictionary<int, BucketBinding> _bindings = [];

    public OnnxDenoisingBatch(Bundle bundle, IReadOnlyList<int> buckets, OnnxSession session)
        : base(bundle.Denoiser.Shape, buckets[^1], bundle.Denoiser.OutputChannels)
    {
        _inputs = [SampleInput(bundle.Denoiser), TimestepInput(bundle.Denoiser), ConditionInput(bundle)];
        _output = PredictionOutput(bundle.Denoiser);
        _scalarTimestep = bundle.Denoiser.ScalarTimestep;
        foreach (int bucket in buckets)
            _bindings.Add(bucket, new BucketBinding(session, bucket, _inputs, _output));
    }

    /// <summary>Runs the first <see cref="DenoisingBatch.Bucket"/> rows; blocks until their predictions are there.</summary>
    /// <exception cref="InvalidOperationException">The graph takes one timestep and the rows have several.</exception>
    public void Run()
    {
        if (_scalarTimestep && Timesteps.AsSpan(0, Bucket).ContainsAnyExcept(Timesteps[0]))
            throw new InvalidOperationException("All rows of a batch must have one timestep: this export takes no more.");
        foreach (BoundTensor input in _inputs)
            input.Convert(Bucket);
        _bindings[Bucket].Run();
        _output.Convert(Bucket);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (BucketBinding binding in _bindings.Values)
                binding.Dispose();
        }

        base.Dispose(disposing);
    }

    private BoundTensor SampleInput(DenoiserContract denoiser)
    {
        long[] shape = [BoundTensor.Rows, Shape.Channels, Shape.Height, Shape.Width];
        return denoiser.Sample.Element == TensorElement.Half
            ? new ConvertedInput<float, Half>(denoiser.Sample, AllNoised, Capacity, shape)
            : new PinnedTensor<float>(denoiser.Sample, AllNoised, shape);
    }

    private BoundTensor PredictionOutput(DenoiserContract denoiser)
    {
        long[] shape = [BoundTensor.Rows, OutputShape.Channels, OutputShape.Height, OutputShape.Width];
        return denoiser.Output.Element == TensorElement.Half
            ? new HalfOutput(denoiser.Output, AllPredicted, Capacity, shape)
            : new PinnedTensor<float>(denoiser.Output, AllPredicted, shape);
    }

    private BoundTensor TimestepInput(DenoiserContract denoiser)
    {
        GraphTensor timestep = denoiser.Timestep;
        long[] shape = timestep.Rank == 0 ? [] : [denoiser.ScalarTimestep ? 1 : BoundTensor.Rows];
        return timestep.Element switch
        {
            TensorElement.Int32 => new ConvertedInput<long, int>(timestep, Timesteps, Capacity, shape),
            TensorElement.Float => new ConvertedInput<long, float>(timestep, Timesteps, Capacity, shape),
            TensorElement.Half => new ConvertedInput<long, Half>(timestep, Timesteps, Capacity, shape),
            _ => new PinnedTensor<long>(timestep, Timesteps, shape),
        };
    }

    private BoundTensor ConditionInput(Bundle bundle)
    {
        GraphTensor condition = bundle.Denoiser.Condition;
        int tokens = bundle.Text?.Tokenizer.MaxLength ?? 0, width = bundle.Text?.Width ?? 0;
        return condition.Element switch
        {
            TensorElement.Int32 => new ClassInput<int>(condition, Conditionings),
            TensorElement.Int64 => new ClassInput<long>(condition, Conditionings),
            TensorElement.Half => new PromptInput<Half>(condition, Conditionings, tokens, width),
            _ => new PromptInput<float>(condition, Conditionings, tokens, width),
        };
    }
}
