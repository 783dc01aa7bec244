using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class RepeatedLooksTests
{
    // scipy.stats.norm.isf (SciPy 1.10.1)
    [Theory]
    [InlineData(0.05, 1.6448536269514729)]
    [InlineData(0.025, 1.9599639845400545)]
    [InlineData(0.0001, 3.7190164854556804)]
    [InlineData(1e-9, 5.9978070150076865)]
    public void Known_quantiles_of_the_normal_distribution_are_met(double level, double expected)
    {
        Assert.Equal(expected, NormalQuantile.Upper(level), 1e-6);
    }

    // With two looks the bound is exact; P(either)/P(one) from scipy.stats.multivariate_normal (SciPy 1.10.1) at z = norm.isf(level/2).
    [Theory]
    [InlineData(32, 64, 128, 0.05, 1.7668951601171934)]
    [InlineData(8, 120, 128, 0.01, 1.9915270426320766)]
    [InlineData(10, 90, 100, 0.001, 1.998207016202466)]
    public void Two_looks_count_as_the_bivariate_normal_distribution_says(int first, int second, int trials, double level, double expected)
    {
        Assert.Equal(expected, RepeatedLooks.Effective([first, second], trials, level), 1e-5);
    }

    [Fact]
    public void Many_looks_count_for_less_than_their_number_and_least_where_they_are_close_together()
    {
        int[] far = [8, 16, 32, 64], close = [61, 62, 63, 64];

        Assert.InRange(RepeatedLooks.Effective(far, 128, 0.01), 2, 4);
        Assert.InRange(RepeatedLooks.Effective(close, 128, 0.01), 1, 2);
        Assert.Equal(1, RepeatedLooks.Effective([8], 128, 0.01), 1e-12);
        Assert.Equal(1, RepeatedLooks.Effective([], 8, 0.01));
    }

    [Fact]
    public void How_often_draws_without_replacement_cross_any_look_is_bounded()
    {
        const int trials = 100, draws = 20_000;
        const double level = 0.05;
        int[] looks = [10, 15, 22, 33, 50, 75];
        double bound = NormalQuantile.Upper(level / RepeatedLooks.Effective(looks, trials, level));
        var random = new Random(1);
        int crossed = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            double[] population = [.. Enumerable.Range(0, trials).Select(_ => SimulatedBank.Gaussian(random))];
            double mean = population.Average(), variance = population.Sum(value => (value - mean) * (value - mean)) / (trials - 1), sum = 0;
            bool any = false;
            for (int n = 1; n < trials; n++)
            {
                sum += population[n - 1] - mean;
                any |= looks.Contains(n) && sum / n > bound * Math.Sqrt(variance / n * (1 - (double)n / trials));
            }

            crossed += any ? 1 : 0;
        }

        double share = (double)crossed / draws, error = Math.Sqrt(level * (1 - level) / draws);
        Assert.InRange(share, level * 0.85, level + 3 * error); // a bound, but a close one
    }
}
