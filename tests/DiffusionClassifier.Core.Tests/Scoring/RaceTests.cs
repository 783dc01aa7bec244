using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Banks;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class RaceTests
{
    private static readonly Strategy[] Racing = [Strategy.Race, Strategy.RaceAnytime, Strategy.Fast, Strategy.ClarkJaini];

    public static TheoryData<Strategy> Strategies => [.. Racing];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_race_never_costs_more_than_fixed_trials_and_is_repeatable(Strategy strategy)
    {
        var random = new Random(5);
        for (int run = 0; run < 300; run++)
        {
            int arms = random.Next(1, 7), trials = random.Next(1, 80);
            double[] handicaps = [.. Enumerable.Range(0, arms).Select(_ => random.NextDouble())];
            double[][] errors = SimulatedBank.Create(random, SimulatedBank.Gaussian, trials, [.. Enumerable.Range(0, arms).Select(_ => 5 * random.NextDouble())]);
            int topK = random.Next(1, arms + 1);

            ReplayOutcome first = Replay.Run(errors, Eliminations.Create(strategy, trials, handicaps, topK: topK), handicaps);
            ReplayOutcome again = Replay.Run(errors, Eliminations.Create(strategy, trials, handicaps, topK: topK), handicaps);

            Assert.True(first.Rows <= arms * trials && first.Trials <= trials && first.Alive.Count >= topK);
            Assert.Equal((first.Winner, first.Rows, first.Trials), (again.Winner, again.Rows, again.Trials));
            Assert.Equal(first.Alive, again.Alive);
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_race_with_a_clear_best_ends_at_the_first_look(Strategy strategy)
    {
        double[][] errors = SimulatedBank.Create(new Random(1), SimulatedBank.Gaussian, 128, [500, 0.1, 500]);

        ReplayOutcome outcome = Run(strategy, errors);

        Assert.Equal((1, outcome.Trials * 3), (outcome.Winner, outcome.Rows));
        Assert.InRange(outcome.Trials, 8, 20);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Ties_and_differences_that_do_not_vary_eliminate_no_arm(Strategy strategy)
    {
        double[][] errors = [.. SimulatedBank.Create(new Random(1), SimulatedBank.Gaussian, 100, [0]).Select(row => Row(row[0]))];

        ReplayOutcome outcome = Run(strategy, errors);

        Assert.Equal((1, 300, 100), (outcome.Winner, outcome.Rows, outcome.Trials));
        Assert.Equal([0, 1, 2], outcome.Alive);

        static double[] Row(double error) => [error + 0.3, error, error]; // worse by a constant, and exactly as good
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_race_for_the_top_three_keeps_them_and_ends_without_knowing_their_order(Strategy strategy)
    {
        double[][] errors = SimulatedBank.Create(new Random(3), SimulatedBank.Gaussian, 128, [60, 0.1, 60, 0.2, 60, 0]);
        double[] handicaps = new double[6];

        ReplayOutcome three = Replay.Run(errors, Eliminations.Create(strategy, 128, handicaps, topK: 3), handicaps);
        ReplayOutcome one = Run(strategy, errors);

        Assert.Equal([1, 3, 5], three.Alive);
        Assert.True(three.Trials < one.Trials, "three near-ties were told apart");
    }

    [Fact]
    public void A_race_for_the_top_two_with_a_tie_for_the_second_place_goes_to_the_end()
    {
        // The second place is tied, so it is never certain.
        double[][] errors = SimulatedBank.Create(new Random(2), SimulatedBank.Gaussian, 128, [0, 60, 60 + 1e-6]);
        double[] handicaps = new double[3];

        ReplayOutcome outcome = Replay.Run(errors, Eliminations.Create(Strategy.Race, 128, handicaps, topK: 2), handicaps);

        Assert.Equal((0, 128 * 3), (outcome.Winner, outcome.Rows));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_race_is_for_the_posterior_where_a_prior_outweighs_the_errors(Strategy strategy)
    {
        double[][] errors = SimulatedBank.Create(new Random(4), SimulatedBank.Gaussian, 128, [0, 40, 40]);
        double[] handicaps = Posterior.Handicaps([0.01, 0.98, 0.01], beta: 0.1); // arm 1 may be worse by 46 before it loses

        ReplayOutcome outcome = Replay.Run(errors, Eliminations.Create(strategy, 128, handicaps), handicaps);

        Assert.Equal([1], outcome.Alive);
        Assert.True(outcome.Trials < 128);
    }

    [Fact]
    public void A_label_with_a_prior_of_zero_loses_at_the_first_look()
    {
        double[][] errors = SimulatedBank.Create(new Random(4), SimulatedBank.Gaussian, 128, [0, 1e-6, 1e-6]);
        double[] handicaps = Posterior.Handicaps([0, 0.5, 0.5], beta: 1);

        ReplayOutcome outcome = Replay.Run(errors, Eliminations.Create(Strategy.Race, 128, handicaps), handicaps);

        Assert.DoesNotContain(0, outcome.Alive);
        Assert.Equal(2 * 128 + 8, outcome.Rows);
    }

    [Fact]
    public void A_smaller_delta_costs_more_rows()
    {
        double[][] errors = SimulatedBank.Create(new Random(6), SimulatedBank.Gaussian, 128, [0, 3, 4, 5, 6, 7, 8, 9]);
        double[] handicaps = new double[8];

        int[] rows = [.. new[] { 0.2, 0.05, 0.01, 0.0001 }.Select(delta => Replay.Run(errors, Eliminations.Create(Strategy.Race, 128, handicaps, delta), handicaps).Rows)];

        Assert.Equal(rows.Order(), rows);
        Assert.True(rows[0] < rows[^1]);
    }

    [Fact]
    public void Looks_grow_in_whole_units_and_end_at_the_last_trial()
    {
        IElimination race = Eliminations.Create(Strategy.Race, 128, new double[10]);
        List<int> looks = [];
        for (int n = 0; n < 128; looks.Add(n))
            n = race.NextLook(n);

        Assert.Equal([8, 12, 16, 20, 24, 28, 36, 44, 52, 60, 72, 84, 100, 116, 128], looks);
        Assert.Equal(5, Eliminations.Create(Strategy.Race, 5, new double[10]).NextLook(0));
    }

    private static ReplayOutcome Run(Strategy strategy, double[][] errors)
    {
        double[] handicaps = new double[errors[0].Length];
        return Replay.Run(errors, Eliminations.Create(strategy, errors.Length, handicaps), handicaps);
    }
}
