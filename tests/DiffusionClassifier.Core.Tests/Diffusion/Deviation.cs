using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Core.Tests.Diffusion;

/// <summary>Compares a quantity value by value with its golden numbers and sums up how far it is from them, as one line of a report.</summary>
internal sealed class Deviation(string quantity, double relative, double absolute)
{
    private readonly List<string> _failures = [];
    private int _checked;
    private double _largest, _largestShare;

    /// <param name="expected">The golden value.</param>
    /// <param name="actual">Ours.</param>
    /// <param name="where">Names the value in a failure.</param>
    /// <param name="scale">What the relative tolerance is relative to; the golden value if not given.</param>
    public void Check(double expected, double actual, string where, double? scale = null)
    {
        double deviation = Math.Abs(expected - actual), allowed = relative * Math.Abs(scale ?? expected) + absolute;
        _checked++;
        _largest = Math.Max(_largest, deviation);
        _largestShare = Math.Max(_largestShare, deviation / allowed);
        if (!(deviation <= allowed))
            _failures.Add($"{quantity} at {where}: golden {expected:R}, ours {actual:R}");
    }

    public void Report(ITestOutputHelper output)
    {
        output.WriteLine($"{quantity,-46} {_checked,5} values, largest deviation {_largest:0.0e+00} ({_largestShare:0.000} of the tolerance: rel {relative:0e+00}, abs {absolute:0e+00})");
        GoldenTable.Add(quantity, _checked, $"{_largest:0.0e+00} ({_largestShare:P0})", $"rel {relative:0e+00}, abs {absolute:0e+00}", _failures.Count == 0 ? "" : $"**{_failures.Count} fail**");
        Assert.True(_checked > 0, $"The golden data holds no value of {quantity}.");
        Assert.Empty(_failures);
    }
}
