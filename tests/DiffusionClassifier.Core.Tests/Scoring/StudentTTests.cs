using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class StudentTTests
{
    // scipy.stats.t.isf (SciPy 1.10.1); the first six are in every printed table.
    [Theory]
    [InlineData(0.05, 1, 6.313751514800938)]
    [InlineData(0.025, 1, 12.706204736432102)]
    [InlineData(0.05, 2, 2.9199855803555175)]
    [InlineData(0.025, 10, 2.2281388519649385)]
    [InlineData(0.001, 7, 4.785289628649169)]
    [InlineData(0.05, 30, 1.6972608943617384)]
    [InlineData(0.0005, 31, 3.633456349725371)]
    [InlineData(1e-6, 15, 7.46438494180922)]
    [InlineData(1e-9, 127, 6.462950596114935)]
    [InlineData(0.025, 999, 1.962341461133449)]
    [InlineData(0.0001, 2000, 3.725922566199863)]
    public void Known_quantiles_are_met_to_six_digits(double level, int degrees, double expected)
    {
        Assert.Equal(expected, StudentT.UpperQuantile(level, degrees), expected * 1e-6);
    }

    [Fact]
    public void The_quantile_of_one_half_is_zero()
    {
        Assert.Equal(0, StudentT.UpperQuantile(0.5, 9), 1e-9);
    }

    [Fact]
    public void The_tail_of_every_quantile_is_its_level()
    {
        foreach (int degrees in new[] { 1, 2, 3, 8, 15, 64, 501 })
        {
            foreach (double level in new[] { 0.4, 0.1, 0.01, 1e-5 })
                Assert.Equal(level, StudentT.UpperTail(StudentT.UpperQuantile(level, degrees), degrees), level * 1e-6);
        }
    }
}
