using System.Numerics;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>x_t of every row as tokens of packed pixels.</summary>
internal sealed class PackedInput<T>(GraphTensor tensor, ReadOnlyMemory<float> source, int capacity, DenoiserSize size)
    : PinnedTensor<T>(tensor, capacity, size.Layout(size.Shape.Channels))
    where T : unmanaged, INumberBase<T>
{
    public override void Convert(int rows)
    {
        int length = size.Shape.Length;
        for (int row = 0; row < rows; row++)
            Packing.Pack<T>(source.Span.Slice(row * length, length), Memory.Span.Slice(row * length, length), size.Shape, size.Patch);
    }
}
