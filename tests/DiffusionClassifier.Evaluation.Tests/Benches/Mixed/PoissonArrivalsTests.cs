using DiffusionClassifier.Evaluation.Benches.Mixed;

namespace DiffusionClassifier.Evaluation.Tests.Benches.Mixed;

public sealed class PoissonArrivalsTests
{
    private const double Rate = 5, Seconds = 4_000;

    private static double[] Times(int seed) => [.. PoissonArrivals.Generate(Rate, Seconds, seed).Select(time => time.TotalSeconds)];

    [Fact]
    public void The_same_seed_gives_the_same_times_and_another_seed_others()
    {
        Assert.Equal(Times(1), Times(1));
        Assert.NotEqual(Times(1), Times(2));
    }

    [Fact]
    public void Times_ascend_within_what_was_asked_for()
    {
        double[] times = Times(1);

        Assert.Equal(times.Order(), times);
        Assert.InRange(times[0], 0, times[^1]);
        Assert.InRange(times[^1], times[0], Seconds);
    }

    // Of 20,000 independent gaps the mean lies within 3% of the true one, and so does the deviation, which in this distribution equals it.
    [Fact]
    public void Gaps_are_exponential()
    {
        double[] times = Times(1);
        double[] gaps = [.. times.Zip(times.Skip(1), (first, second) => second - first)];

        double mean = gaps.Average(), deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));

        Assert.Equal(1 / Rate, mean, 0.03 / Rate);
        Assert.Equal(mean, deviation, 0.03 / Rate);
        Assert.Equal(Math.Exp(-1), gaps.Count(gap => gap > 1 / Rate) / (double)gaps.Length, 0.015);
    }
}
