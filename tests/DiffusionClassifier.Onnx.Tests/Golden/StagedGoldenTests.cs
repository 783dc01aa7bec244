using System.Text.Json;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>The reference's staged evaluation, every case of every image: trials, errors of single rows, and answers of the whole engine.</summary>
public sealed class StagedGoldenTests(ITestOutputHelper output)
{
    private static readonly Tolerance Rows = new(0, Relative: 1e-5), Means = new(1e-5), EndToEnd = new(1e-4);
    private static readonly Tolerance HalfMeans = new(0, Relative: 6e-3);

    public static TheoryData<string> Fields => new() { "results", "adaptive_results" };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Plans_have_the_reference_s_timesteps_and_noise(string field)
    {
        var check = new GoldenCheck($"staged trials, timesteps and noise indices ({field})", Tolerance.Exact);
        foreach (GoldenCase item in Originals().SelectMany(golden => GoldenCase.Of(golden, field)))
        {
            ClassificationRequest request = item.Request.Request;
            StagedPlan plan = StagedPlan.Create(item.Stages, request.TrialsPerTimestep!.Value, 0, item.Golden.Bundle.Manifest.Schedule.TrainTimesteps);
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
        foreach (GoldenBundle golden in Originals())
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

    [Theory]
    [MemberData(nameof(Fields))]
    public Task The_engine_given_the_latent_gives_the_golden_answer(string field) =>
        CompareAnswers($"engine, latent given ({field})", Means, field, Originals(), inject: true, _ => true);

    [Theory]
    [MemberData(nameof(Fields))]
    public Task The_engine_given_the_file_gives_the_golden_answer(string field) =>
        CompareAnswers($"engine, from the image file ({field})", EndToEnd, field, Originals(), inject: false, IsReadable);

    [Fact]
    public Task Other_exports_of_the_same_weights_give_the_golden_answer() =>
        CompareAnswers("engine, from the image file, other export of the same weights", EndToEnd, "results", GoldenBundle.All.Where(golden => !IsOriginal(golden) && !golden.IsHalf), inject: false, IsReadable);

    [Fact]
    public Task Half_precision_exports_give_nearly_the_golden_answer() =>
        CompareAnswers("engine, from the image file, float16 (means of labels that went all the way in both)", HalfMeans, "results", GoldenBundle.All.Where(golden => golden.IsHalf), inject: false, IsReadable);

    private async Task CompareAnswers(string quantity, Tolerance tolerance, string field, IEnumerable<GoldenBundle> bundles, bool inject, Func<GoldenCase, bool> wanted)
    {
        GoldenCheck means = new($"{quantity}: class means", tolerance), decisions = new($"{quantity}: kept labels, evaluations, prediction", Tolerance.Exact);
        int tied = 0;
        foreach (GoldenBundle golden in bundles)
        {
            using var engine = new GoldenEngine(golden.Open());
            await engine.StartAsync();
            foreach (GoldenCase item in GoldenCase.Of(golden, field).Where(wanted))
            {
                engine.Latent = inject ? item.Latent : null;
                ClassificationResult result = await engine.ClassifyAsync(item.Request);
                if (item.IsTied)
                    tied++;
                else
                    Compare(item, result, means, decisions);
            }
        }

        means.Note($"{tied} tied cases left out.");
        means.Report(output);
        if (tolerance != HalfMeans) // half precision may cut close labels otherwise
            decisions.Report(output);
    }

    private static void Compare(GoldenCase item, ClassificationResult result, GoldenCheck means, GoldenCheck decisions)
    {
        IReadOnlyList<LabelResult> labels = GoldenCase.InOrder(item.Golden, result);
        for (int c = 0; c < labels.Count; c++)
        {
            int rows = item.Class(c).GetProperty("errors").GetArrayLength();
            if (!item.Golden.IsHalf || labels[c].Evaluations == rows) // half precision may keep another label at a close cut
                means.Check($"{item.Name}, class {c}", ExpectedMean(item, c), labels[c].MeanError);
            if (!item.Golden.IsHalf)
                decisions.Same($"{item.Name}, class {c}, rows", [rows], [labels[c].Evaluations]);
        }

        if (item.Golden.IsHalf)
            return;

        int ends = 0;
        foreach (JsonElement stage in item.GoldenStages)
        {
            ends += stage.GetProperty("timesteps").GetArrayLength();
            int[] kept = [.. GoldenFamily.Integers(stage.GetProperty("kept")).Order()];
            decisions.Same($"{item.Name}, kept after {ends}", kept, Enumerable.Range(0, labels.Count).Where(c => labels[c].EliminatedAt is null || labels[c].EliminatedAt > ends));
        }

        int predicted = labels.Index().Single(label => label.Item.Label == result.Prediction).Index;
        decisions.Same($"{item.Name}, prediction", [item.Result.GetProperty("pred_idx").GetInt32()], [predicted]);
    }

    // The reference keeps the mean over whatever timesteps a class has seen. The answer anchors an eliminated label to the winner: the
    // winner's mean plus their difference on the trials that both have seen.
    private static double ExpectedMean(GoldenCase item, int c)
    {
        JsonElement winner = item.Class(item.Result.GetProperty("pred_idx").GetInt32());
        double[] errors = GoldenFamily.Doubles(item.Class(c).GetProperty("errors")), best = GoldenFamily.Doubles(winner.GetProperty("errors"));
        double own = item.Class(c).GetProperty("mean").GetDouble();
        return errors.Length == best.Length ? own : winner.GetProperty("mean").GetDouble() + own - best.Take(errors.Length).Average();
    }

    private static IEnumerable<GoldenBundle> Originals() => GoldenBundle.All.Where(IsOriginal);

    private static bool IsOriginal(GoldenBundle golden) => golden.Bundle.Folder == golden.Family.Bundle.Folder;

    // Decoders differ in JPEG, and BMP is not read.
    private static bool IsReadable(GoldenCase item) => GoldenPixels.Image(item.Image).IsPng;
}
