using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class TimestepWeightsTests
{
    private static readonly TimestepWeights Weights = new([100, 200, 400], [2, 0, 1]);

    [Theory]
    [InlineData(0, 2)] // constant before the first knot
    [InlineData(100, 2)]
    [InlineData(150, 1)]
    [InlineData(200, 0)]
    [InlineData(250, 0.25)]
    [InlineData(400, 1)]
    [InlineData(999, 1)] // and after the last
    public void The_weight_at_a_timestep_lies_on_the_line_between_its_knots(int timestep, double expected)
    {
        Assert.Equal(expected, Weights.At(timestep), 12);
    }

    [Theory]
    [InlineData(new int[] { }, new double[] { }, "at least one")]
    [InlineData(new[] { 1, 2 }, new double[] { 1 }, "as many weights as timesteps")]
    [InlineData(new[] { 2, 2 }, new double[] { 1, 1 }, "ascending")]
    [InlineData(new[] { 1, 2 }, new double[] { 1, -1 }, "at least 0")]
    [InlineData(new[] { 1, 2 }, new double[] { 0, 0 }, "not all 0")]
    [InlineData(new[] { 1, 2 }, new[] { 1, double.NaN }, "at least 0")]
    public void Weights_that_cannot_be_are_refused(int[] timesteps, double[] weights, string reason)
    {
        var exception = Assert.Throws<ArgumentException>(() => new TimestepWeights(timesteps, weights));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
