using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Evaluation.Banks;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class ReplayTests
{
    [Theory]
    [InlineData(Strategy.Fixed)]
    [InlineData(Strategy.Race)]
    [InlineData(Strategy.Fast)]
    [InlineData(Strategy.ClarkJaini)]
    [InlineData(Strategy.RaceAnytime)]
    public async Task A_replay_of_the_errors_of_a_job_is_what_the_job_did(Strategy strategy)
    {
        const int labels = 6, trials = 64;
        double[] handicaps = new double[labels];
        HashSet<int> rows = [];
        for (int seed = 0; seed < 10; seed++)
        {
            double[][] errors = Bank(new Random(seed), labels, trials);
            ClassificationJob job = FakeJobs.Create(labels, trials, Eliminations.Create(strategy, trials, handicaps));
            var scheduler = new RowScheduler();
            var device = new FakeDevice(scheduler, 8, "tiny") { Error = row => errors[row.Position][row.Prompt] };

            scheduler.Submit(job);
            device.RunToEnd();
            ClassificationResult result = await job.Completion;
            ReplayOutcome outcome = Replay.Run(errors, Eliminations.Create(strategy, trials, handicaps), handicaps);

            Assert.Equal((result.Prediction, result.Cost.Rows, result.Decision.Trials), ($"class {outcome.Winner}", outcome.Rows, outcome.Trials));
            Assert.Equal(result.Labels.Where(label => label.EliminatedAt is null).Select(label => label.Label).Order(), outcome.Alive.Select(arm => $"class {arm}"));
            rows.Add(outcome.Rows);
        }

        Assert.Equal(strategy == Strategy.Fixed, rows.Count == 1); // the races are not all alike
    }

    [Fact]
    public void A_bank_with_a_hole_is_refused()
    {
        double[][] errors = Bank(new Random(1), 3, 20);
        errors[19][2] = double.NaN;

        Assert.Throws<ArgumentException>(() => Replay.Run(errors, new FixedTrials(20), new double[3]));
        Assert.Throws<ArgumentException>(() => Replay.Run([], new FixedTrials(20), new double[3]));
        Assert.Throws<ArgumentException>(() => Replay.Run(errors[..19], new FixedTrials(19), new double[2]));
    }

    private static double[][] Bank(Random random, int labels, int trials)
    {
        double[] offsets = [.. Enumerable.Range(0, labels).Select(_ => random.NextDouble())];
        return [.. Enumerable.Range(0, trials).Select(_ => offsets.Select(offset => offset + random.NextDouble()).ToArray())];
    }
}
