using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Collects how far arrays are from what they should be, for one line of output at a test's end.</summary>
/// <param name="tolerance">What every value must keep.</param>
/// <param name="meanTolerance">What the mean over a picture's levels must keep beside it.</param>
internal sealed class Deviation(double tolerance, double meanTolerance = double.PositiveInfinity)
{
    public int Arrays { get; private set; }

    public double Max { get; private set; }

    public void Compare(string name, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        Assert.True(expected.Length == actual.Length, $"{name}: {actual.Length} values instead of {expected.Length}.");
        int max = 0;
        long sum = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            int difference = Math.Abs(expected[i] - actual[i]);
            max = Math.Max(max, difference);
            sum += difference;
        }

        double mean = (double)sum / Math.Max(1, expected.Length);
        Assert.True(mean <= meanTolerance, FormattableString.Invariant($"{name}: deviates by {mean} in the mean, tolerance {meanTolerance}."));
        Add(name, max);
    }

    public void Compare(string name, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.True(expected.Length == actual.Length, $"{name}: {actual.Length} values instead of {expected.Length}.");
        double max = 0;
        for (int i = 0; i < expected.Length; i++)
            max = Math.Max(max, Math.Abs((double)expected[i] - actual[i]));
        Add(name, max);
    }

    /// <summary>A comparison that can only be equal or not.</summary>
    public void Equal(string name, string expected, string actual)
    {
        Assert.True(string.Equals(expected, actual, StringComparison.OrdinalIgnoreCase), $"{name}: not the expected bytes.");
        Arrays++;
    }

    /// <summary>Writes the totals; a set of golden data that has nothing of this kind makes the test a skipped one, not a passed one.</summary>
    public void Report(ITestOutputHelper output, string subject)
    {
        output.WriteLine(FormattableString.Invariant($"{subject}: {Arrays} arrays compared, max deviation {Max} (tolerance {tolerance})"));
        GoldenTable.Add($"{subject}, arrays", Arrays, FormattableString.Invariant($"{Max}"), FormattableString.Invariant($"{tolerance}"));
        Assert.SkipWhen(Arrays == 0, $"{subject}: the golden data has nothing of this kind.");
    }

    /// <summary>For a few bytes whose exact values depend on rounding inside the image library.</summary>
    public static void AssertClose(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, int tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(actual[i], expected[i] - tolerance, expected[i] + tolerance);
    }

    private void Add(string name, double deviation)
    {
        Assert.True(deviation <= tolerance, FormattableString.Invariant($"{name}: deviates by {deviation}, tolerance {tolerance}."));
        Arrays++;
        Max = Math.Max(Max, deviation);
    }
}
