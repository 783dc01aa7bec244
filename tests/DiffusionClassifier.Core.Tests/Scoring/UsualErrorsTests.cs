using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Tests.Scoring;

public sealed class UsualErrorsTests
{
    private static readonly TimestepWeights ByTimestep = new([100, 900], [0.9, 0.1]);
    private static readonly double[] Ratios = [0.2, 0.4, 0.5, 0.6, 0.8, 1, 1.2, 1.4, 1.5, 2, 3];

    [Theory]
    [InlineData(100, 0.9, 1)]
    [InlineData(500, 0.5, 1)] // on the line between
    [InlineData(500, 1.5, 3)]
    public void A_ratio_is_by_the_usual_errors_of_the_same_timesteps(int timestep, double error, double ratio)
    {
        var usual = new UsualErrors(ByTimestep, Ratios);

        Assert.Equal(ratio, usual.Ratio([(timestep, error)]), 1e-12);
        Assert.Equal((error + 0.1) / (0.9 + 0.1 - 0.1 * (timestep - 100) / 100), usual.Ratio([(timestep, error), (900, 0.1)]), 1e-12);
    }

    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(0.2, 0)]
    [InlineData(0.9, 0.375)] // half way from the quarter to the half
    [InlineData(1, 0.5)]
    [InlineData(2, 0.99)]
    [InlineData(2.5, 0.995)]
    [InlineData(3, 1)]
    [InlineData(30, 1)]
    public void A_share_is_on_the_line_between_those_that_are_known(double ratio, double share) =>
        Assert.Equal(share, new UsualErrors(ByTimestep, Ratios).ShareBelow(ratio), 1e-12);

    [Fact]
    public void What_cannot_be_is_refused_with_the_reason()
    {
        Assert.Contains("11 ratios", Refusal(ByTimestep, [1, 2]), StringComparison.Ordinal);
        Assert.Contains("ascending", Refusal(ByTimestep, [.. Ratios.Reverse()]), StringComparison.Ordinal);
        Assert.Contains("11 ratios", Refusal(ByTimestep, [double.NaN, .. Ratios.Skip(1)]), StringComparison.Ordinal);
        Assert.Contains("above 0", Refusal(new TimestepWeights([1, 2], [0, 1]), Ratios), StringComparison.Ordinal);
    }

    private static string Refusal(TimestepWeights byTimestep, double[] ratios) =>
        Assert.Throws<ArgumentException>(() => new UsualErrors(byTimestep, ratios)).Message;
}
