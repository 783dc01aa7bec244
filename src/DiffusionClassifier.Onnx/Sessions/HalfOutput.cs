using System.Numerics.Tensors;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>An output in half precision, read back as float.</summary>
internal sealed class HalfOutput(GraphTensor tensor, Memory<float> destination, int capacity, params long[] shape)
    : PinnedTensor<Half>(tensor, capacity, shape)
{
    public override void Convert(int rows)
    {
        int elements = Layout.Elements(rows);
        TensorPrimitives.ConvertToSingle(Memory.Span[..elements], destination.Span[..elements]);
    }
}
