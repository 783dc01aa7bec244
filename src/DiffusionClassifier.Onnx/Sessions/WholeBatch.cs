using DiffusionClassifier.Onnx.Families;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>A batch for a denoiser that is one graph: it sees every row as a whole.</summary>
internal sealed class WholeBatch : OnnxDenoisingBatch
{
    private readonly BoundTensor[] _inputs;
    private readonly BoundTensor _output;
    private readonly bool _scalarTimestep;
    private readonly Dictionary<int, BucketBinding> _bindings = [];

    public WholeBatch(ModelContract model, IReadOnlyList<int> buckets, OnnxSession session)
        : base(model, buckets)
    {
        GraphTensor timestep = model.Denoiser.Timestep;
        _scalarTimestep = model.Denoiser.ScalarTimestep;
        long[] shape = timestep.Rank == 0 ? [] : [_scalarTimestep ? 1 : BoundTensor.Rows];
        _inputs = [SampleInput(), TimestepInput(timestep, shape), ConditionInput()];
        _output = PredictionOutput();
        foreach (int bucket in buckets)
            _bindings.Add(bucket, new BucketBinding(session, bucket, _inputs, _output));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The graph takes one timestep and the rows have several.</exception>
    public override void Run()
    {
        if (_scalarTimestep && Timesteps.AsSpan(0, Bucket).ContainsAnyExcept(Timesteps[0]))
            throw new InvalidOperationException("All rows of a batch must have the same timestep: this export takes only one.");
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
}
