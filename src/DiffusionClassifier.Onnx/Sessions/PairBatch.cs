using DiffusionClassifier.Onnx.Families;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// A batch for a denoiser that is two graphs: the encoder sees one row of every slot, the decoder every row. Both run exact bucket sizes;
/// the encoder's is the smallest that holds the batch's slots.
/// </summary>
internal sealed class PairBatch : OnnxDenoisingBatch
{
    private readonly int[] _rowOfSlot;
    private readonly BoundTensor[] _encoderInputs, _decoderInputs;
    private readonly BoundTensor _output;
    private readonly IReadOnlyList<int> _buckets;
    private readonly OnnxSession _encoder;
    private readonly FeatureBuffers _features;
    private readonly Dictionary<int, BucketBinding> _encoderBindings = [], _decoderBindings = [];

    public PairBatch(ModelContract model, PairContract pair, IReadOnlyList<int> buckets, OnnxSession encoder, OnnxSession decoder,
        FeatureBuffers features)
        : base(model, buckets)
    {
        (_buckets, _encoder, _features) = (buckets, encoder, features);
        _rowOfSlot = new int[Capacity];
        _encoderInputs = [SampleInput(_rowOfSlot), TimestepInput(model.Denoiser.Timestep, _rowOfSlot)];
        BoundTensor[] rows = [SlotsInput(pair.Slots), ConditionInput()];
        _decoderInputs = pair.RowTimestep is { } timestep ? [.. rows, TimestepInput(timestep, BoundTensor.Rows)] : rows;
        _output = PredictionOutput();
        foreach (int bucket in buckets)
            _decoderBindings.Add(bucket, new BucketBinding(decoder, bucket, _decoderInputs, _output));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The slots are not counted from 0 in row order.</exception>
    public override void Run()
    {
        int slots = FindSlots();
        foreach (BoundTensor input in _encoderInputs)
            input.Convert(slots);
        foreach (BoundTensor input in _decoderInputs)
            input.Convert(Bucket);
        EncoderBinding(slots).Run();
        _decoderBindings[Bucket].Run(_features.Of(slots));
        _output.Convert(Bucket);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (BucketBinding binding in _encoderBindings.Values.Concat(_decoderBindings.Values))
                binding.Dispose();
        }

        base.Dispose(disposing);
    }

    // The encoder's bucket; places beyond the last slot repeat it, as places beyond the last row repeat that.
    private int FindSlots()
    {
        int count = 0;
        for (int row = 0; row < Bucket; row++)
        {
            int slot = Slots[row];
            if (slot == count)
                _rowOfSlot[count++] = row;
            else if (slot < 0 || slot > count)
            {
                throw new InvalidOperationException(
                    $"Row {row} of a batch has the slot {slot}, which must be from 0 to {count}: slots count from 0 in row order.");
            }
        }

        int index = 0;
        while (_buckets[index] < count)
            index++;
        _rowOfSlot.AsSpan(count.._buckets[index]).Fill(_rowOfSlot[count - 1]);
        return _buckets[index];
    }

    // Made at a size's first call: many never come, as rows share slots, and their features would take the device's memory for nothing.
    private BucketBinding EncoderBinding(int slots)
    {
        if (!_encoderBindings.TryGetValue(slots, out BucketBinding? binding))
            _encoderBindings.Add(slots, binding = new BucketBinding(_encoder, slots, _encoderInputs, _features.Of(slots)));
        return binding;
    }
}
