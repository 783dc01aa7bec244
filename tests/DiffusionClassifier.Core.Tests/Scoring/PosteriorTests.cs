using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class PosteriorTests
{
    private static readonly double Sigmoid1 = 1 / (1 + Math.Exp(-1));

    public static TheoryData<double[], double[]> Cases => new()
    {
        { [0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25] },
        { [5], [1] },
        { [-1e300], [1] },
        { [-1000, -1001], [Sigmoid1, 1 - Sigmoid1] },
        { [1000, 999], [Sigmoid1, 1 - Sigmoid1] },
        { [1e30, -1e30], [1, 0] },
        { [-1e30, 1e30], [0, 1] },
        { [double.NegativeInfinity, 3], [0, 1] },
        { [double.NegativeInfinity, 0, 0], [0, 0.5, 0.5] },
        { [double.MaxValue, -double.MaxValue], [1, 0] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_softmax_with_any_finite_maximum_is_exact(double[] scores, double[] expected)
    {
        double[] probabilities = Posterior.Softmax(scores);

        Assert.Equal(expected.Length, probabilities.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], probabilities[i], 1e-12);
    }

    [Fact]
    public void A_softmax_sums_to_one_and_keeps_the_winner()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            double scale = Math.Pow(10, random.Next(-6, 7));
            double[] scores = [.. Enumerable.Range(0, random.Next(1, 1000)).Select(_ => RandomArrays.NextNormal(random) * scale)];

            double[] probabilities = Posterior.Softmax(scores);

            Assert.Equal(1, probabilities.Sum(), 1e-12);
            Assert.All(probabilities, probability => Assert.InRange(probability, 0, 1));
            Assert.Equal(Posterior.ArgMax(scores), Posterior.ArgMax(probabilities));
        }
    }

    [Theory]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void A_softmax_without_a_finite_score_is_refused(double score)
    {
        Assert.Throws<ArgumentException>(() => Posterior.Softmax([score]));
    }

    [Fact]
    public void Priors_and_errors_give_the_numerator_of_Bayes_rule()
    {
        double[] scores = Posterior.LogScores([0.5, 0.25, 0], [2, 1, 0], beta: 3);

        Assert.Equal([Math.Log(0.5) - 6, Math.Log(0.25) - 3, double.NegativeInfinity], scores);
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 2, 0 }, 1)]
    [InlineData(new double[] { 7 }, 0)]
    [InlineData(new double[] { -1, -1, -1 }, 0)]
    [InlineData(new double[] { double.NegativeInfinity, -5 }, 1)]
    public void Of_several_largest_values_the_first_is_taken(double[] values, int expected)
    {
        Assert.Equal(expected, Posterior.ArgMax(values));
    }
}
