using System.Numerics;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

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
        : base(model.Denoiser.Shape, buckets[^1], model.Denoiser.Size.OutputChannels, model.Denoiser.Size.Heads)
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
    protected BoundTensor SampleInput() => (Sample.Element, Size.Patch) switch
    {
        (TensorElement.BFloat16, 1) => Brain(new PinnedTensor<float>(Sample, AllNoised, SampleShape)),
        (TensorElement.BFloat16, _) => Brain(new PackedInput<float>(Sample, AllNoised, Capacity, Size)),
        (TensorElement.Half, 1) => new ConvertedInput<float, Half>(Sample, AllNoised, Capacity, SampleShape),
        (TensorElement.Half, _) => new PackedInput<Half>(Sample, AllNoised, Capacity, Size),
        (_, 1) => new PinnedTensor<float>(Sample, AllNoised, SampleShape),
        _ => new PackedInput<float>(Sample, AllNoised, Capacity, Size),
    };

    /// <summary>x_t of every slot.</summary>
    protected BoundTensor SampleInput(int[] rowOfSlot) => Sample.Element switch
    {
        TensorElement.BFloat16 => Brain(new SlotInput<float, float>(Sample, AllNoised, rowOfSlot, SampleShape)),
        TensorElement.Half => new SlotInput<float, Half>(Sample, AllNoised, rowOfSlot, SampleShape),
        _ => new SlotInput<float, float>(Sample, AllNoised, rowOfSlot, SampleShape),
    };

    /// <summary>t of every row, or of them all.</summary>
    protected BoundTensor TimestepInput(GraphTensor timestep, params long[] shape) => timestep.Element switch
    {
        TensorElement.Int32 => new ConvertedInput<double, int>(timestep, _modelTimesteps, Capacity, shape),
        TensorElement.Float => new ConvertedInput<double, float>(timestep, _modelTimesteps, Capacity, shape),
        TensorElement.Half => new ConvertedInput<double, Half>(timestep, _modelTimesteps, Capacity, shape),
        TensorElement.BFloat16 => Brain(new ConvertedInput<double, float>(timestep, _modelTimesteps, Capacity, shape)),
        _ => new ConvertedInput<double, long>(timestep, _modelTimesteps, Capacity, shape),
    };

    /// <summary>t of every slot.</summary>
    protected BoundTensor TimestepInput(GraphTensor timestep, int[] rowOfSlot) => timestep.Element switch
    {
        TensorElement.Int32 => new SlotInput<double, int>(timestep, _modelTimesteps, rowOfSlot, BoundTensor.Rows),
        TensorElement.Float => new SlotInput<double, float>(timestep, _modelTimesteps, rowOfSlot, BoundTensor.Rows),
        TensorElement.Half => new SlotInput<double, Half>(timestep, _modelTimesteps, rowOfSlot, BoundTensor.Rows),
        TensorElement.BFloat16 => Brain(new SlotInput<double, float>(timestep, _modelTimesteps, rowOfSlot, BoundTensor.Rows)),
        _ => new SlotInput<double, long>(timestep, _modelTimesteps, rowOfSlot, BoundTensor.Rows),
    };

    /// <summary>The slot of every row.</summary>
    protected BoundTensor SlotsInput(GraphTensor slots) => slots.Element == TensorElement.Int32
        ? new ConvertedInput<int, int>(slots, Slots, Capacity, BoundTensor.Rows)
        : new ConvertedInput<int, long>(slots, Slots, Capacity, BoundTensor.Rows);

    /// <summary>What the denoiser is told of every row's label, and its constants.</summary>
    protected IEnumerable<BoundTensor> ConditionInputs() => _model.Denoiser.Inputs.Select(ConditionInput);

    private BoundTensor ConditionInput(DenoiserInput input) => input.Tensor.Element switch
    {
        TensorElement.Int32 => ConditionInput<int>(input),
        TensorElement.Int64 => ConditionInput<long>(input),
        TensorElement.Half => ConditionInput<Half>(input),
        TensorElement.BFloat16 => Brain(ConditionInput<float>(input)),
        _ => ConditionInput<float>(input),
    };

    private GraphTensor Sample => _model.Denoiser.Sample;

    private DenoiserSize Size => _model.Denoiser.Size;

    private long[] SampleShape => Size.Layout(Shape.Channels);

    private BrainInput Brain(PinnedTensor<float> single) => new(single, Capacity);

    private PinnedTensor<T> ConditionInput<T>(DenoiserInput input) where T : unmanaged, INumberBase<T>
    {
        long[] shape = [.. input.Shape];
        return input.Source switch
        {
            InputSource.Class => new ClassInput<T>(input.Tensor, Conditionings),
            InputSource.Sequence => new PromptInput<T>(input.Tensor, Conditionings, text => text.HiddenStates, shape),
            InputSource.Pooled => new PromptInput<T>(input.Tensor, Conditionings, text => text.Pooled, shape),
            InputSource.Mask => new PromptInput<T>(input.Tensor, Conditionings, text => text.Mask, shape),
            _ => new ConstantInput<T>(input.Tensor, input.Values, Capacity, shape),
        };
    }

    private BoundTensor PredictionOutput()
    {
        GraphTensor output = _model.Denoiser.Output;
        long[] shape = Size.Layout(Size.OutputChannels);
        return (output.Element, Size.Patch) switch
        {
            (TensorElement.BFloat16, 1) => new BrainOutput(new PinnedTensor<float>(output, Predictions, shape), Capacity),
            (TensorElement.BFloat16, _) => new BrainOutput(new PackedOutput<float>(output, Predictions, Capacity, Size), Capacity),
            (TensorElement.Half, 1) => new HalfOutput(output, Predictions, Capacity, shape),
            (TensorElement.Half, _) => new PackedOutput<Half>(output, Predictions, Capacity, Size),
            (_, 1) => new PinnedTensor<float>(output, Predictions, shape),
            _ => new PackedOutput<float>(output, Predictions, Capacity, Size),
        };
    }
}
