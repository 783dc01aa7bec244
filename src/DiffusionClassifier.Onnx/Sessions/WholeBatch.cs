using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>A batch for a denoiser that is one graph: it sees every row as a whole.</summary>
internal sealed class WholeBatch : OnnxDenoisingBatch
{
    private readonly GraphCall _call;
    private readonly bool _scalarTimestep;

    public WholeBatch(ModelContract model, IReadOnlyList<int> buckets, Func<GraphCall, BoundTensor, ILane> createLane)
        : base(model, buckets)
    {
        GraphTensor timestep = model.Denoiser.Timestep;
        _scalarTimestep = model.Denoiser.ScalarTimestep;
        long[] shape = timestep.Rank == 0 ? [] : [_scalarTimestep ? 1 : BoundTensor.Rows];
        _call = new GraphCall([SampleInput(), TimestepInput(timestep, shape), .. ConditionInputs()]);
        Lane = createLane(_call, Output);
    }

    protected override ILane Lane { get; }

    protected override void Prepare()
    {
        if (_scalarTimestep && Timesteps.AsSpan(0, Bucket).ContainsAnyExcept(Timesteps[0]))
            throw new InvalidOperationException("All rows of a batch must have the same timestep: this export takes only one.");
        _call.Rows = Bucket;
        _call.Convert();
    }
}
