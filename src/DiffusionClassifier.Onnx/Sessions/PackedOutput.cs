using System.Numerics;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>The prediction of every row, given as tokens of packed pixels and read back as planes.</summary>
internal sealed class PackedOutput<T>(GraphTensor tensor, Memory<float> destination, int capacity, DenoiserSize size)
    : PinnedTensor<T>(tensor, capacity, size.Layout(size.OutputChannels))
    where T : unmanaged, INumberBase<T>
{
    public override void Convert(int rows)
    {
        int length = size.Shape.Length;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> tokens = Memory.Span.Slice(row * length, length);
            Packing.Unpack(tokens, destination.Span.Slice(row * length, length), size.Shape, size.Patch);
        }
    }
}
