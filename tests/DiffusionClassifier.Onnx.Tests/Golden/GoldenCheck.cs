using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>Compares one quantity with its golden values; at the end one line of output, one row of the <see cref="GoldenTable"/>, and the verdict.</summary>
internal sealed class GoldenCheck(string quantity, Tolerance tolerance)
{
    private const int FailuresShown = 10; // enough to see a pattern

    private readonly List<string> _failures = [];
    private readonly SortedSet<string> _remarks = new(StringComparer.Ordinal);
    private int _values;
    private double _largest, _largestShare;

    public void Compare(string where, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.True(expected.Length == actual.Length, $"{quantity}, {where}: {actual.Length} values instead of {expected.Length}.");
        double rms = Rms(expected);
        for (int i = 0; i < expected.Length; i++)
            Check(where, expected[i], actual[i], rms);
    }

    public void Compare(string where, IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.True(expected.Count == actual.Count, $"{quantity}, {where}: {actual.Count} values instead of {expected.Count}.");
        for (int i = 0; i < expected.Count; i++)
            Check($"{where}[{i}]", expected[i], actual[i]);
    }

    public void Check(string where, double expected, double actual, double rms = 0)
    {
        double deviation = Math.Abs(expected - actual), allowed = tolerance.Allowed(expected, rms);
        _values++;
        _largest = Math.Max(_largest, deviation);
        _largestShare = Math.Max(_largestShare, deviation == 0 ? 0 : deviation / allowed);
        if (!(deviation <= allowed))
            _failures.Add($"{where}: golden {expected:R}, ours {actual:R}");
    }

    /// <summary>For what can only be equal or not.</summary>
    public void Same<T>(string where, IEnumerable<T> expected, IEnumerable<T> actual)
    {
        string golden = string.Join(", ", expected), ours = string.Join(", ", actual);
        _values++;
        if (golden != ours)
            _failures.Add($"{where}: golden {golden}, ours {ours}");
    }

    /// <summary>A remark for the table, once.</summary>
    public void Note(string remark) => _remarks.Add(remark);

    /// <summary>A set of golden data that has nothing of this kind makes the test a skipped one, not a passed one.</summary>
    public void Report(ITestOutputHelper output)
    {
        Assert.SkipWhen(_values == 0, $"{quantity}: the golden data has nothing of this kind.");
        string deviation = FormattableString.Invariant($"{_largest:0.0e+0} ({_largestShare:P0})");
        output.WriteLine($"{quantity}: {_values} values checked, largest deviation {deviation} of the tolerance {tolerance}. {string.Join(" ", _remarks)}");
        GoldenTable.Add(quantity, _values, _failures.Count == 0 ? deviation : $"**{deviation}, {_failures.Count} fail**", tolerance.ToString(), string.Join(" ", _remarks));
        Assert.True(_failures.Count == 0, $"{quantity}: {_failures.Count} of {_values} values deviate.\n{string.Join('\n', _failures.Take(FailuresShown))}");
    }

    private static double Rms(ReadOnlySpan<float> values)
    {
        double squares = 0;
        foreach (float value in values)
            squares += (double)value * value;
        return Math.Sqrt(squares / Math.Max(1, values.Length));
    }
}
