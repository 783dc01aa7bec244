using System.Text.Json;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>The reference's staged evaluation, every case of every image: trials, and errors of single rows.</summary>
public sealed class StagedRowGoldenTests(ITestOutputHelper output)
{
    private static readonly Tolerance Rows = new(0, Relative: 1e-5);

    public static TheoryData<string> Fields => new() { "results", "adaptive_results" };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Plans_have_the_reference_s_timesteps_and_noise(string field)
    {
        var check = new GoldenCheck($"staged trials, timesteps and noise indices ({field})", Tolerance.Exact);
        foreach (GoldenCase item in GoldenBundle.Originals.SelectMany(golden => GoldenCase.Of(golden, field)))
        {
            ClassificationRequest request = item.Request.Request;
            StagedPlan plan = StagedPlan.Create(item.Stages, request.TrialsPerTimestep!.Value, 0, item.Golden.Bundle.Manifest.Process.Timesteps);
            foreach ((int stage, JsonElement golden) in item.GoldenStages.Index())
            {
                Trial[] trials = [.. Enumerable.Range(0, plan.Trials.Count).Select(position => plan.Trials[position]).Take(plan.Ends[stage]).Skip(stage == 0 ? 0 : plan.Ends[stage - 1])];
                check.Same($"{item.Name}, stage {stage}, timesteps", GoldenFamily.Integers(golden.GetProperty("timesteps")), trials.Select(trial => trial.Timestep));
                check.Same($"{item.Name}, stage {stage}, noise", GoldenFamily.Integers(golden.GetProperty("noise_idxs")), trials.Select(trial => trial.NoiseIndex));
            }
        }

        check.Report(output);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void Rows_have_the_golden_errors(string field)
    {
        var check = new GoldenCheck($"errors of rows ({field})", Rows);
        foreach (GoldenBundle golden in GoldenBundle.Originals)
        {
            using var rows = new RowErrors(golden.Open());
            foreach (GoldenCase item in GoldenCase.Of(golden, field))
            {
                (TrialPlan plan, double[][] errors) = rows.Run(item.Request, item.Latent);
                for (int c = 0; c < errors.Length; c++)
                {
                    double[] expected = GoldenFamily.Doubles(item.Class(c).GetProperty("errors"));
                    check.Compare($"{item.Name}, class {c}", expected, errors[c][..expected.Length]);
                    Assert.Equal(GoldenFamily.Integers(item.Class(c).GetProperty("t")), Enumerable.Range(0, expected.Length).Select(position => plan[position].Timestep));
                }
            }
        }

        check.Report(output);
    }
}
