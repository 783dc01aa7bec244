using DiffusionClassifier.Evaluation.Benches;

namespace DiffusionClassifier.Evaluation.Tests.Benches;

public sealed class MedianTests
{
    // Ranks of the 95% interval from the tables of the sign test (Conover, Practical Nonparametric Statistics).
    [Theory]
    [InlineData(6, 1, 6)]
    [InlineData(20, 6, 15)]
    [InlineData(25, 8, 18)]
    [InlineData(100, 40, 61)]
    public void The_interval_is_that_of_the_sign_test(int count, double low, double high)
    {
        var median = Median.Of(Enumerable.Range(1, count).Reverse().Select(value => (double)value));

        Assert.Equal(new Median((count + 1) / 2.0, low, high), median);
    }

    [Fact]
    public void One_value_is_its_own_interval() => Assert.Equal(new Median(4, 4, 4), Median.Of([4]));
}
