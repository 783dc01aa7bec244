using System.Text.Json;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class StagedPlanGoldenTests(ITestOutputHelper output)
{
    private const int Timesteps = 1000; // T of the reference, which both scripts write as a number

    /// <summary>Runs every case through a job: the rows it asks for are what the reference evaluated.</summary>
    [Fact]
    public async Task Every_golden_case_runs_the_rows_of_the_reference()
    {
        var comparison = new GoldenComparison("staged: timesteps, noise, classes, winner");
        foreach (JsonElement golden in GoldenData.Json("scheduler/golden_adaptive_schedule.json").GetProperty("cases").EnumerateArray())
        {
            (ClassificationJob job, WorkRow[] rows) = Run(golden);
            int begin = 0;
            string name = $"n_samples {golden.GetProperty("n_samples")}, to_keep {golden.GetProperty("to_keep")}, n_trials {golden.GetProperty("n_trials")}";
            foreach ((int index, JsonElement stage) in golden.GetProperty("stages").EnumerateArray().Index())
            {
                int[] timesteps = Integers(stage.GetProperty("timesteps"));
                WorkRow[] own = [.. rows.Where(row => row.Position >= begin && row.Position < begin + timesteps.Length)];
                int[] positions = [.. own.Select(row => row.Position).Distinct().Order()];
                comparison.Check(timesteps, positions.Select(position => job.Plan[position].Timestep), $"{name}, stage {index}: timesteps");
                comparison.Check(Integers(stage.GetProperty("noise_idxs")), positions.Select(position => job.Plan[position].NoiseIndex), $"{name}, stage {index}: noise");
                foreach (int position in positions)
                    comparison.Check(Integers(stage.GetProperty("classes")).Order(), own.Where(row => row.Position == position).Select(row => row.Prompt).Order(), $"{name}, trial {position}: classes");
                begin += timesteps.Length;
            }

            comparison.Check([begin], [job.Plan.Count], $"{name}: number of trials");
            comparison.Check([golden.GetProperty("pred_idx").GetInt32()], [Index((await job.Completion).Prediction!)], $"{name}: winner");
        }

        comparison.Report(output);
    }

    /// <summary>
    /// Our even grid is DiT's range(interval // 2, T, interval) wherever the interval divides T. Other intervals leave a rest at the end, which
    /// the reference drops or cuts and an even grid spreads out: they have no counterpart.
    /// </summary>
    [Fact]
    public void An_even_grid_is_that_of_DiT_for_every_golden_interval_that_divides_the_range()
    {
        var comparison = new GoldenComparison("DiT: timesteps of every interval that divides T");
        List<int> others = [];
        foreach (JsonElement golden in GoldenData.Json("scheduler/golden_dit_timesteps.json").EnumerateArray())
        {
            int interval = golden.GetProperty("t_interval").GetInt32();
            int[] expected = Integers(golden.GetProperty("timesteps"));
            if (Timesteps % interval != 0)
            {
                others.Add(interval);
                continue;
            }

            TrialPlan plan = TrialPlan.Uniform(expected.Length, 0, Timesteps, seed: 1);
            comparison.Check(expected, Enumerable.Range(0, plan.Count).Select(position => plan[position]).OrderBy(trial => trial.NoiseIndex).Select(trial => trial.Timestep), $"interval {interval}");
        }

        comparison.Report(output);
        output.WriteLine($"intervals that do not divide T and have no counterpart: {(others.Count == 0 ? "none" : string.Join(", ", others))}");
    }

    // The note's fake error: class index + 0.5.
    private static (ClassificationJob Job, WorkRow[] Rows) Run(JsonElement golden)
    {
        var request = new ClassificationRequest
        {
            Image = new byte[] { 1 },
            Strategy = Strategy.Staged,
            StageSamples = Integers(golden.GetProperty("n_samples")),
            StageKeep = Integers(golden.GetProperty("to_keep")),
            TrialsPerTimestep = golden.GetProperty("n_trials").GetInt32(),
        };
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 64, "tiny") { Error = row => row.Prompt + 0.5 };
        ClassificationJob job = FakeJobs.Create(Manifests.Classes(classes: golden.GetProperty("n_classes").GetInt32()) with { TimestepFrom = 0, TimestepTo = Timesteps }, request);
        scheduler.Submit(job);
        device.RunToEnd();
        return (job, [.. device.Rows]);
    }

    private static int Index(string prediction) => int.Parse(prediction.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];
}
