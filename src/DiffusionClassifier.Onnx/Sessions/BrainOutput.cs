namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>An output in bfloat16, read back as float.</summary>
/// <param name="single">What it is read into.</param>
/// <param name="capacity">The largest number of rows.</param>
internal sealed class BrainOutput(PinnedTensor<float> single, int capacity)
    : PinnedTensor<ushort>(single.Layout.Tensor, capacity, [.. single.Layout.Sizes])
{
    public override void Convert(int rows)
    {
        int elements = Layout.Elements(rows);
        BrainFloat.ToSingle(Memory.Span[..elements], single.Memory.Span);
        single.Convert(rows);
    }
}
