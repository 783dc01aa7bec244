using System.Numerics;
using System.Numerics.Tensors;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>An input whose element type is not the batch's own: half for float, any number for a timestep.</summary>
internal sealed class ConvertedInput<TBatch, TGraph>(GraphTensor tensor, ReadOnlyMemory<TBatch> source, int capacity, params long[] shape)
    : PinnedTensor<TGraph>(tensor, capacity, shape)
    where TBatch : unmanaged, INumberBase<TBatch>
    where TGraph : unmanaged, INumberBase<TGraph>
{
    public override void Convert(int rows)
    {
        int elements = Layout.Elements(rows);
        TensorPrimitives.ConvertSaturating(source.Span[..elements], Memory.Span[..elements]);
    }
}
