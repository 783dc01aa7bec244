using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// A batch for a denoiser that is two graphs: the encoder sees one row of every slot, the decoder every row. Both run exact bucket sizes;
/// the encoder's is the smallest that holds the batch's slots.
/// </summary>
internal sealed class PairBatch : OnnxDenoisingBatch
{
    private readonly int[] _rowOfSlot;
    private readonly GraphCall _encoderCall, _decoderCall;
    private readonly IReadOnlyList<int> _buckets;

    public PairBatch(ModelContract model, PairContract pair, IReadOnlyList<int> buckets,
        Func<GraphCall, GraphCall, BoundTensor, ILane> createLane)
        : base(model, buckets)
    {
        _buckets = buckets;
        _rowOfSlot = new int[Capacity];
        _encoderCall = new GraphCall(SampleInput(_rowOfSlot), TimestepInput(model.Denoiser.Timestep, _rowOfSlot));
        BoundTensor[] rows = [SlotsInput(pair.Slots), .. ConditionInputs()];
        _decoderCall = new GraphCall(pair.RowTimestep is { } timestep ? [.. rows, TimestepInput(timestep, BoundTensor.Rows)] : rows);
        Lane = createLane(_encoderCall, _decoderCall, Output);
    }

    protected override ILane Lane { get; }

    protected override void Prepare()
    {
        (_encoderCall.Rows, _decoderCall.Rows) = (FindSlots(), Bucket);
        _encoderCall.Convert();
        _decoderCall.Convert();
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
}
