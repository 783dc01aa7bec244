using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// bfloat16, the upper half of a float's bits, to and from float; rounded to the nearest, ties to even, as PyTorch and ONNX Runtime do
/// (.NET 10 has no such type). Stateless.
/// </summary>
internal static class BrainFloat
{
    private const int LowerBits = 16;
    private const int Chunk = 1_024; // floats whose bits are rounded at a time, on the stack
    private const ushort NaN = 0x7FC0;
    private const uint HalfOfLast = 0x7FFF, Odd = 1;

    /// <param name="source">Floats; a number that is none becomes one that is none.</param>
    /// <param name="destination">As many places, for the bits.</param>
    public static void FromSingle(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        Span<uint> room = stackalloc uint[Chunk];
        for (int from = 0; from < source.Length; from += Chunk)
        {
            ReadOnlySpan<float> chunk = source.Slice(from, Math.Min(Chunk, source.Length - from));
            ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(chunk);
            Span<uint> rounded = room[..chunk.Length];
            TensorPrimitives.ShiftRightLogical(bits, LowerBits, rounded);
            TensorPrimitives.BitwiseAnd(rounded, Odd, rounded);
            TensorPrimitives.Add(rounded, HalfOfLast, rounded); // half of the last bit that stays, and a little more if that is odd
            TensorPrimitives.Add(bits, rounded, rounded);
            TensorPrimitives.ShiftRightLogical(rounded, LowerBits, rounded);
            TensorPrimitives.ConvertTruncating<uint, ushort>(rounded, destination.Slice(from, chunk.Length));
            KeepNaN(chunk, destination[from..]);
        }
    }

    /// <param name="source">The bits.</param>
    /// <param name="destination">As many places.</param>
    public static void ToSingle(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination)[..source.Length];
        TensorPrimitives.ConvertTruncating<ushort, uint>(source, bits);
        TensorPrimitives.ShiftLeft<uint>(bits, LowerBits, bits);
    }

    // Rounding up would make a NaN whose bits are all set a zero.
    private static void KeepNaN(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        if (!float.IsNaN(TensorPrimitives.Sum(source)))
            return;
        for (int i = 0; i < source.Length; i++)
        {
            if (float.IsNaN(source[i]))
                destination[i] = NaN;
        }
    }
}
