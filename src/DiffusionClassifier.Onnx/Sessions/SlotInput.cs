using System.Numerics;
using System.Numerics.Tensors;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>An input of which rows that share a slot have one: copied from the batch's row that stands for the slot.</summary>
/// <param name="tensor">Its name and element type in the graph.</param>
/// <param name="source">The batch's rows.</param>
/// <param name="rowOfSlot">The row of each slot.</param>
/// <param name="shape">Its sizes; <see cref="BoundTensor.Rows"/> stands for the number of slots.</param>
internal sealed class SlotInput<TBatch, TGraph>(GraphTensor tensor, ReadOnlyMemory<TBatch> source, int[] rowOfSlot, params long[] shape)
    : PinnedTensor<TGraph>(tensor, rowOfSlot.Length, shape)
    where TBatch : unmanaged, INumberBase<TBatch>
    where TGraph : unmanaged, INumberBase<TGraph>
{
    public override void Convert(int rows)
    {
        int length = Layout.Elements(1);
        for (int slot = 0; slot < rows; slot++)
        {
            TensorPrimitives.ConvertSaturating(source.Span.Slice(rowOfSlot[slot] * length, length),
                Memory.Span.Slice(slot * length, length));
        }
    }
}
