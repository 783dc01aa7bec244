using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class StagedEliminationTests
{
    [Fact]
    public void Of_equal_means_the_earlier_arms_are_kept()
    {
        var elimination = new StagedElimination(Plan(new(2, 4), new(4, 2)), new double[5]);
        LabelScores scores = Scores([2, 1, 2, 1, 1], trials: 4);

        elimination.Look(scores, 2);
        int[] first = Alive(scores);
        elimination.Look(scores, 4);

        Assert.Equal([0, 1, 3, 4], first);
        Assert.Equal([1, 3], Alive(scores));
    }

    [Fact]
    public void Stages_that_add_no_timestep_each_keep_their_number()
    {
        var elimination = new StagedElimination(Plan(new(2, 4), new(2, 3), new(8, 2), new(8, 1)), new double[5]);
        LabelScores scores = Scores([5, 4, 3, 2, 1], trials: 8);

        int first = elimination.NextLook(0), second = elimination.NextLook(first);
        elimination.Look(scores, first);
        int[] afterFirst = Alive(scores);
        elimination.Look(scores, second);

        Assert.Equal((2, 8), (first, second));
        Assert.Equal([2, 3, 4], afterFirst);
        Assert.Equal([4], Alive(scores));
    }

    [Fact]
    public void A_stage_that_keeps_all_that_are_left_eliminates_no_arm()
    {
        var elimination = new StagedElimination(Plan(new(2, 3), new(4, 1)), new double[3]);
        LabelScores scores = Scores([3, 1, 2], trials: 4);

        elimination.Look(scores, 2);

        Assert.Equal([0, 1, 2], Alive(scores));
    }

    [Fact]
    public void A_later_stage_judges_by_all_trials_so_far()
    {
        var elimination = new StagedElimination(Plan(new(2, 2), new(4, 1)), new double[3]);
        double[][] errors = [[1, 1, 9, 9], [2, 2, 3, 3], [8, 8, 0, 0]]; // arm 0 has the best first stage, arm 2 the best second

        LabelScores scores = Scores(errors);
        elimination.Look(scores, 4); // the plan's last look alone: no arm was eliminated before it

        Assert.Equal([1], Alive(scores));
    }

    [Fact]
    public void Handicaps_are_added_to_the_means()
    {
        var elimination = new StagedElimination(Plan(new(2, 2), new(4, 1)), [0.5, double.PositiveInfinity, 0, 2]);
        LabelScores scores = Scores([1, 0, 2, 0.1], trials: 4);

        elimination.Look(scores, 2);
        int[] first = Alive(scores);
        elimination.Look(scores, 4);

        Assert.Equal([0, 2], first);
        Assert.Equal([0], Alive(scores));
    }

    [Fact]
    public void Handicaps_of_any_priors_order_arms_as_the_posterior_does()
    {
        var random = new Random(6);
        for (int i = 0; i < 200; i++)
        {
            double[] priors = [.. Enumerable.Range(0, 6).Select(_ => random.Next(4) == 0 ? 0 : random.NextDouble()), 0.5];
            double[] means = [.. priors.Select(_ => random.NextDouble())];
            double beta = Math.Pow(10, random.Next(-3, 6));

            double[] handicaps = Posterior.Handicaps(priors, beta), scores = Posterior.LogScores(priors, means, beta);

            int[] alive = [.. Enumerable.Range(0, priors.Length).Where(arm => priors[arm] > 0)];
            Assert.Equal(alive.OrderByDescending(arm => scores[arm]), alive.OrderBy(arm => handicaps[arm] + means[arm]));
            Assert.All(handicaps.Zip(priors), pair => Assert.Equal(pair.Second == 0, double.IsPositiveInfinity(pair.First)));
        }
    }

    [Fact]
    public void Handicaps_of_equal_priors_are_exactly_zero()
    {
        Assert.Equal([0, 0, 0], Posterior.Handicaps([1.0 / 3, 1.0 / 3, 1.0 / 3], 16384));
    }

    private static StagedPlan Plan(params Stage[] stages) => StagedPlan.Create(stages, 1, 100, 900);

    private static LabelScores Scores(double[] errors, int trials) => Scores([.. errors.Select(error => Enumerable.Repeat(error, trials).ToArray())]);

    private static LabelScores Scores(double[][] errors)
    {
        var scores = new LabelScores(errors.Length, errors[0].Length);
        foreach ((int arm, double[] own) in errors.Index())
        {
            foreach ((int position, double error) in own.Index())
                scores.Record(arm, position, error);
        }

        return scores;
    }

    private static int[] Alive(LabelScores scores) => [.. Enumerable.Range(0, scores.Arms).Where(scores.IsAlive)];
}
