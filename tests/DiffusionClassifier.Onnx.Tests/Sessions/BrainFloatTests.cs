using DiffusionClassifier.Onnx.Sessions;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>bfloat16 is the upper half of a float, rounded to the nearest, ties to even.</summary>
public sealed class BrainFloatTests
{
    private const uint Smallest = 1; // the bits of the smallest number above 0

    [Theory]
    [InlineData(0f, 0x0000)]
    [InlineData(-0f, 0x8000)]
    [InlineData(1f, 0x3F80)]
    [InlineData(-2.5f, 0xC020)]
    [InlineData(1.00390625f, 0x3F80)] // halfway between two, of which the lower is even
    [InlineData(1.01171875f, 0x3F82)] // halfway between two, of which the upper is even
    [InlineData(1.00390636f, 0x3F81)] // a little more than halfway
    [InlineData(float.MaxValue, 0x7F80)] // nearer to infinity than to the largest number
    [InlineData(float.PositiveInfinity, 0x7F80)]
    [InlineData(float.NegativeInfinity, 0xFF80)]
    public void A_number_becomes_the_nearest(float value, int bits)
    {
        var converted = new ushort[1];

        BrainFloat.FromSingle([value], converted);

        Assert.Equal(bits, converted[0]);
    }

    [Fact]
    public void What_is_no_number_stays_none_whatever_its_bits()
    {
        float[] values = [1, BitConverter.UInt32BitsToSingle(0x7F800000 + Smallest), BitConverter.UInt32BitsToSingle(uint.MaxValue), float.NaN, 2];
        var converted = new ushort[values.Length];
        var back = new float[values.Length];

        BrainFloat.FromSingle(values, converted);
        BrainFloat.ToSingle(converted, back);

        Assert.Equal([false, true, true, true, false], back.Select(float.IsNaN));
    }

    [Fact]
    public void Every_bfloat16_comes_back_as_it_was()
    {
        ushort[] all = [.. Enumerable.Range(0, ushort.MaxValue + 1).Select(bits => (ushort)bits).Where(bits => !float.IsNaN(BitConverter.UInt32BitsToSingle((uint)bits << 16)))];
        var single = new float[all.Length];
        var again = new ushort[all.Length];

        BrainFloat.ToSingle(all, single);
        BrainFloat.FromSingle(single, again);

        Assert.Equal(all, again);
    }
}
