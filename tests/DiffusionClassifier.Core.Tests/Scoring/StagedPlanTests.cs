using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class StagedPlanTests
{
    [Fact]
    public void Stages_evaluate_no_timestep_twice_and_number_the_noise_in_order()
    {
        var random = new Random(11);
        for (int i = 0; i < 300; i++)
        {
            int from = random.Next(0, 500), range = random.Next(1, 1000), draws = random.Next(1, 4);
            Stage[] stages = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new Stage(random.Next(1, range + 1), 1))];

            StagedPlan plan = StagedPlan.Create(stages, draws, from, from + range);

            Trial[] trials = [.. Enumerable.Range(0, plan.Trials.Count).Select(position => plan.Trials[position])];
            Assert.Equal(Enumerable.Range(0, trials.Length), trials.Select(trial => trial.NoiseIndex));
            Assert.All(trials.GroupBy(trial => trial.Timestep), group => Assert.Equal(draws, group.Count()));
            Assert.All(trials, trial => Assert.InRange(trial.Timestep, from, from + range - 1));
            Assert.Equal(plan.Ends.Order(), plan.Ends);
            Assert.Equal((stages.Length, trials.Length), (plan.Ends.Count, plan.Ends[^1]));
            Assert.InRange(trials.Length, draws * stages.Max(stage => stage.Samples), draws * Math.Min(range, stages.Sum(stage => stage.Samples)));
            int begin = 0;
            foreach (int end in plan.Ends)
            {
                Assert.Equal(trials[begin..end].OrderBy(trial => trial.Timestep), trials[begin..end]);
                begin = end;
            }
        }
    }

    [Fact]
    public void The_first_stage_has_an_even_grid_of_its_own()
    {
        StagedPlan plan = StagedPlan.Create([new Stage(5, 2), new Stage(20, 1)], 1, 0, 1000);

        Assert.Equal([125, 325, 525, 725, 925], Enumerable.Range(0, plan.Ends[0]).Select(position => plan.Trials[position].Timestep));
    }

    [Fact]
    public void A_grid_of_a_longer_range_leaves_out_what_is_past_the_end_and_moves_nothing()
    {
        StagedPlan whole = StagedPlan.Create([new Stage(500, 1)], 1, 0, 1000), without = StagedPlan.Create([new Stage(500, 1)], 1, 0, 999, gridTo: 1000);

        Assert.Equal((500, 999, 499), (whole.Trials.Count, whole.Trials[499].Timestep, without.Trials.Count));
        Assert.All(Enumerable.Range(0, 499), position => Assert.Equal(whole.Trials[position], without.Trials[position]));
    }

    [Fact]
    public void A_plan_without_a_trial_at_each_timestep_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StagedPlan.Create([new Stage(5, 1)], 0, 0, 1000));
    }
}
