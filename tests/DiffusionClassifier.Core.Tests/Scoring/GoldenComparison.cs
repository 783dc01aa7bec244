using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Core.Tests.Scoring;

/// <summary>Compares whole numbers with golden ones, which they must equal, and sums that up as one line of a report.</summary>
internal sealed class GoldenComparison(string quantity)
{
    private readonly List<string> _failures = [];
    private int _checked, _deviations;

    public void Check(IEnumerable<int> expected, IEnumerable<int> actual, string where)
    {
        int[] golden = [.. expected], ours = [.. actual];
        int deviations = Math.Abs(golden.Length - ours.Length) + golden.Zip(ours).Count(pair => pair.First != pair.Second);
        _checked += golden.Length;
        _deviations += deviations;
        if (deviations > 0)
            _failures.Add($"{where}: golden [{string.Join(' ', golden)}], ours [{string.Join(' ', ours)}]");
    }

    public void Report(ITestOutputHelper output)
    {
        output.WriteLine($"{quantity,-46} {_checked,5} values, {_deviations} deviations (exact)");
        GoldenTable.Add(quantity, _checked, $"{_deviations} differ", "equal");
        Assert.Empty(_failures);
        Assert.True(_checked > 0, $"The golden data holds no value of {quantity}.");
    }
}
