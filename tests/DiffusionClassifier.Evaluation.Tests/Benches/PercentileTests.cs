using DiffusionClassifier.Evaluation.Benches;

namespace DiffusionClassifier.Evaluation.Tests.Benches;

public sealed class PercentileTests
{
    [Theory]
    [InlineData(0.5, 50)]
    [InlineData(0.99, 99)]
    [InlineData(1, 100)]
    [InlineData(0, 1)]
    public void A_percentile_is_a_value_that_was_seen(double share, double expected) =>
        Assert.Equal(expected, Percentile.Of(Enumerable.Range(1, 100).Reverse().Select(value => (double)value), share));

    [Fact]
    public void What_never_ended_is_the_slowest_and_its_time_unknown()
    {
        double[] values = [double.PositiveInfinity, 1, 2];

        Assert.Equal(2, Percentile.Of(values, 0.5));
        Assert.Null(Percentile.Of(values, 0.99));
    }

    [Fact]
    public void Nothing_has_no_percentile() => Assert.Null(Percentile.Of([], 0.5));
}
