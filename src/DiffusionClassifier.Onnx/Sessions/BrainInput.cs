namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>An input in bfloat16, made of one in float.</summary>
/// <param name="single">The input's numbers.</param>
/// <param name="capacity">The largest number of rows.</param>
internal sealed class BrainInput(PinnedTensor<float> single, int capacity)
    : PinnedTensor<ushort>(single.Layout.Tensor, capacity, [.. single.Layout.Sizes])
{
    public override void Convert(int rows)
    {
        single.Convert(rows);
        int elements = Layout.Elements(rows);
        BrainFloat.FromSingle(single.Memory.Span[..elements], Memory.Span);
    }
}
