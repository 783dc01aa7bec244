using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Families;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// A batch whose pinned arrays are known to sessions as tensors, once for every bucket: a call passes no arrays. Owned by the worker that
/// asked the model for it.
/// </summary>
internal abstract class OnnxDenoisingBatch : DenoisingBatch
{
    private readonly ModelContract _model;
    private readonly double[] _modelTimesteps; // what the denoiser is told at the timestep of each row

    protected OnnxDenoisingBatch(ModelContract model, IReadOnlyList<int> buckets)
        : base(model.Denoiser.Shape, buckets[^1], model.Denoiser.OutputChannels)
    {
        _model = model;
        _modelTimesteps = new double[Capacity];
        Output = PredictionOutput();
    }

    /// <summary>The way to the graphs and back.</summary>
    protected abstract ILane Lane { get; }

    /// <summary>The prediction of every row.</summary>
    protected BoundTensor Output { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">
    /// The graph takes one timestep and the rows have several, or the slots are not counted from 0 in row order.
    /// </exception>
    public sealed override void Upload()
    {
        for (int row = 0; row < Bucket; row++)
            _modelTimesteps[row] = _model.Process[(int)Timesteps[row]].ModelTimestep;
        Prepare();
        Lane.Upload();
    }

    /// <summary>Runs the rows that were uploaded; blocks until that is done.</summary>
    public void Run() => Lane.Run();

    public sealed override void Download()
    {
        Lane.Download();
        Output.Convert(Bucket);
    }

    /// <summary>Brings the first <see cref="DenoisingBatch.Bucket"/> rows into the graphs' form.</summary>
    protected abstract void Prepare();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Lane.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>x_t of every row.</summary>
    protected BoundTensor SampleInput() => _model.Denoiser.Sample.Element == TensorElement.Half
        ? new ConvertedInput<float, Half>(_model.Denoiser.Sample, AllNoised, Capacity, SampleShape)
        : new PinnedTensor<float>(_model.Denoiser.Sample, AllNoised, SampleShape);

    /// <summary>x_t of every slot.</summary>
    protected BoundTensor SampleInput(int[] rowOfSlot) => _model.Denoiser.Sample.Element == TensorElement.Half
        ? new SlotInput<float, Half>(_model.Denoiser.Sample, AllNoised, rowOfSlot, SampleShape)
        : new SlotInput<float, float>(_model.Denoiser.Sample, AllNoised, rowOfSlot, SampleShape);

    /// <summary>t of every row, or of them all.</summary>
    protected BoundTensor TimestepInput(GraphTensor timestep, params long[] shape) => timestep.Element switch
    {
        TensorElement.Int32 => new ConvertedInput<double, int>(timestep, _modelTimesteps, Capacity, shape),
        TensorElement.Float => new ConvertedInput<double, float>(timestep, _modelTimesteps, Capacity, shape),
        TensorElement.Half => new ConvertedInput<double, Half>(timestep, _modelTimesteps, Capacity, shape),
        _ => new ConvertedInput<double, long>(timestep, _modelTimesteps, Capacity, shape),
    };

    /// <summary>t of every slot.</summary>
    protected BoundTensor TimestepInput(GraphTensor timestep, int[] rowOfSlot) => timestep.Element switch
    {
        TensorElement.Int32 => new SlotInput<double, int>(timestep, _modelTimesteps, rowOfSlot, BoundTensor.Rows),
        TensorElement.Float => new SlotInput<double, float>(timestep, _modelTimesteps, rowOfSlot, BoundTensor.Rows),
        TensorElement.Half => new SlotInput<double, Half>(timestep, _modelTimesteps, rowOfSlot, BoundTensor.Rows),
        _ => new SlotInput<double, long>(timestep, _modelTimesteps, rowOfSlot, BoundTensor.Rows),
    };

    /// <summary>The slot of every row.</summary>
    protected BoundTensor SlotsInput(GraphTensor slots) => slots.Element == TensorElement.Int32
        ? new ConvertedInput<int, int>(slots, Slots, Capacity, BoundTensor.Rows)
        : new ConvertedInput<int, long>(slots, Slots, Capacity, BoundTensor.Rows);

    /// <summary>The label of every row.</summary>
    protected BoundTensor ConditionInput()
    {
        GraphTensor condition = _model.Denoiser.Condition;
        int tokens = _model.Text?.Tokenizer.MaxLength ?? 0, width = _model.Text?.Width ?? 0;
        return condition.Element switch
        {
            TensorElement.Int32 => new ClassInput<int>(condition, Conditionings),
            TensorElement.Int64 => new ClassInput<long>(condition, Conditionings),
            TensorElement.Half => new PromptInput<Half>(condition, Conditionings, tokens, width),
            _ => new PromptInput<float>(condition, Conditionings, tokens, width),
        };
    }

    private long[] SampleShape => [BoundTensor.Rows, Shape.Channels, Shape.Height, Shape.Width];

    private BoundTensor PredictionOutput()
    {
        long[] shape = [BoundTensor.Rows, OutputShape.Channels, OutputShape.Height, OutputShape.Width];
        return _model.Denoiser.Output.Element == TensorElement.Half
            ? new HalfOutput(_model.Denoiser.Output, AllPredicted, Capacity, shape)
            : new PinnedTensor<float>(_model.Denoiser.Output, AllPredicted, shape);
    }
}
