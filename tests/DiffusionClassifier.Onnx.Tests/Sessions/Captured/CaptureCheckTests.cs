using System.Runtime.InteropServices;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Sessions.Captured;

namespace DiffusionClassifier.Onnx.Tests.Sessions.Captured;

public sealed class CaptureCheckTests
{
    [Fact]
    public void Every_number_of_the_second_batch_is_another_and_possible_in_its_input()
    {
        Assert.Equal([0.5f, -1, 0], Floats(CaptureCheck.Vary(TensorElement.Float, Bytes([1f, -2, 0]))));
        Assert.Equal([(Half)0.5, (Half)(-1)], MemoryMarshal.Cast<byte, Half>(CaptureCheck.Vary(TensorElement.Half, Bytes([(Half)1, (Half)(-2)])).AsSpan()).ToArray());
        Assert.Equal([499L, 0, 1, 1], MemoryMarshal.Cast<byte, long>(CaptureCheck.Vary(TensorElement.Int64, Bytes([999L, 1, 0, 2])).AsSpan()).ToArray());
        Assert.Equal([4, 1], MemoryMarshal.Cast<byte, int>(CaptureCheck.Vary(TensorElement.Int32, Bytes([9, 0])).AsSpan()).ToArray());
    }

    [Theory]
    [InlineData(0, 0, 0)] // the same
    [InlineData(float.NaN, float.NaN, 0)] // the model's own fault, which other checks find
    [InlineData(0.001f, 0, 0.001)]
    [InlineData(2, 0, 2)]
    [InlineData(float.NaN, 0, double.PositiveInfinity)]
    [InlineData(0, float.NaN, double.PositiveInfinity)]
    public void A_deviation_is_measured_by_the_answers_own_size(float captured, float own, double deviation)
    {
        Assert.Equal(deviation, CaptureCheck.Deviation([own, 1, -1, 1, -1], [captured, 1, -1, 1, -1]), tolerance: 0.12 * Math.Min(deviation, 10));
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static float[] Floats(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes.AsSpan()).ToArray();
}
