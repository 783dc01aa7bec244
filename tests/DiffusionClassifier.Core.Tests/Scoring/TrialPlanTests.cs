using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class TrialPlanTests
{
    [Theory]
    [InlineData(1, 0, 1000)]
    [InlineData(2, 0, 1000)]
    [InlineData(7, 150, 850)]
    [InlineData(128, 150, 850)]
    [InlineData(1000, 0, 1000)]
    [InlineData(3000, 0, 1000)]
    [InlineData(5, 999, 1000)]
    public void A_plan_over_any_range_holds_every_trial_of_the_grid_once(int trials, int from, int to)
    {
        TrialPlan plan = TrialPlan.Uniform(trials, from, to, seed: 3);

        IEnumerable<Trial> grid = Enumerable.Range(0, trials).Select(s => new Trial(s, (int)Math.Floor(from + (to - from) * (s + 0.5m) / trials)));
        Assert.Equal(grid, Order(plan).OrderBy(trial => trial.NoiseIndex));
        Assert.All(Order(plan), trial => Assert.InRange(trial.Timestep, from, to - 1));
    }

    [Fact]
    public void Another_seed_changes_the_order_and_not_the_trials()
    {
        Trial[] one = Order(TrialPlan.Uniform(64, 0, 1000, seed: 1)), two = Order(TrialPlan.Uniform(64, 0, 1000, seed: 2));

        Assert.NotEqual(one, two);
        Assert.Equal(one.ToHashSet(), two.ToHashSet());
    }

    [Fact]
    public void The_same_seed_gives_the_same_order()
    {
        Assert.Equal(Order(TrialPlan.Uniform(64, 0, 1000, seed: 1)), Order(TrialPlan.Uniform(64, 0, 1000, seed: 1)));
    }

    [Fact]
    public void A_known_seed_gives_the_order_of_every_release()
    {
        string order = string.Join(' ', Order(TrialPlan.Uniform(8, 0, 1000, seed: 42)).Select(trial => trial.NoiseIndex));

        Assert.Equal("3 5 4 7 1 0 2 6", order);
    }

    [Fact]
    public void Timesteps_ascend_for_none_of_many_seeds()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            int[] timesteps = [.. Order(TrialPlan.Uniform(16, 0, 1000, seed)).Select(trial => trial.Timestep)];

            Assert.NotEqual(timesteps.Order(), timesteps);
        }
    }

    [Fact]
    public void Over_many_seeds_every_trial_comes_at_every_position_equally_often()
    {
        const int Trials = 8, Seeds = 8000;
        var counts = new int[Trials, Trials];
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            TrialPlan plan = TrialPlan.Uniform(Trials, 0, 1000, seed);
            for (int position = 0; position < Trials; position++)
                counts[position, plan[position].NoiseIndex]++;
        }

        const double Expected = (double)Seeds / Trials;
        double chiSquare = counts.Cast<int>().Sum(count => (count - Expected) * (count - Expected) / Expected);
        Assert.InRange(chiSquare, 15, 110); // 49 degrees of freedom: 49 ± 10, so both bounds are beyond three standard deviations
    }

    [Fact]
    public void Over_many_seeds_every_permutation_comes_equally_often()
    {
        const int Seeds = 12000, Permutations = 24;
        Dictionary<string, int> counts = [];
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            string order = string.Concat(Order(TrialPlan.Uniform(4, 0, 1000, seed)).Select(trial => trial.NoiseIndex));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        const double Expected = (double)Seeds / Permutations;
        Assert.Equal(Permutations, counts.Count);
        Assert.InRange(counts.Values.Sum(count => (count - Expected) * (count - Expected) / Expected), 3, 60); // 23 degrees of freedom
    }

    [Theory]
    [InlineData(0, 0, 10)]
    [InlineData(5, -1, 10)]
    [InlineData(5, 10, 10)]
    [InlineData(5, 11, 10)]
    public void An_impossible_range_is_refused(int trials, int from, int to)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TrialPlan.Uniform(trials, from, to, seed: 0));
    }

    [Fact]
    public void Given_trials_keep_their_order()
    {
        Trial[] trials = [new(3, 900), new(0, 10), new(3, 900)];

        var plan = new TrialPlan(trials);

        Assert.Equal(trials, Order(plan));
    }

    [Fact]
    public void A_plan_without_trials_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrialPlan([]));
    }

    private static Trial[] Order(TrialPlan plan) => [.. Enumerable.Range(0, plan.Count).Select(position => plan[position])];
}
