using System.Text.Json;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>eval_prob_dit.py: every class at every timestep, with the errors of the noise and of the variational bound.</summary>
public sealed class DitGoldenTests(ITestOutputHelper output)
{
    private const double Tie = 1e-5; // below this gap the reference's own float32 decides the order
    private const int Mse = 0, L1 = 1, Kl = 2, Nll = 3, Columns = 4; // of --save_vb

    // Far from the mean a bin's probability is float's last bit (24 bits) or, rounded away, the floor of 1e-12 (40 bits): which of them is
    // decided by the last bit of the denoiser's output, so one element of a row may be on the other side.
    private const double BitsOfOneElement = 16;

    private static readonly Tolerance Rows = new(0, Relative: 1e-5), Bound = new(0, Relative: 1e-3), Means = new(1e-5);

    [Fact]
    public void Rows_have_the_golden_noise_errors()
    {
        GoldenCheck mse = new("DiT rows: mse", Rows), l1 = new("DiT rows: l1", Rows), timesteps = new("DiT timesteps", Tolerance.Exact);
        foreach ((GoldenBundle golden, string image, Latent latent, IReadOnlyList<JsonElement> runs) in Images())
        {
            using var rows = new RowErrors(golden.Open());
            foreach (JsonElement run in runs)
            {
                var trials = new GoldenTrials(run, golden.Bundle.Manifest.Process.Timesteps);
                timesteps.Same($"{golden.Name}, {image}, {Id(run)}", GoldenFamily.Integers(run.GetProperty("timesteps")), trials.Timesteps);
                int columns = HasBound(run) ? Columns : 1;
                Compare(mse, PredictionLoss.L2, Mse);
                if (columns > 1)
                    Compare(l1, PredictionLoss.L1, L1);

                void Compare(GoldenCheck check, PredictionLoss loss, int column)
                {
                    Submission request = new(new ClassificationRequest { Loss = loss }) { Noise = Noise(golden) };
                    double[][] errors = rows.Run(request, latent, trials.Trials).Errors;
                    for (int c = 0; c < errors.Length; c++)
                        check.Compare($"{golden.Name}, {image}, {Id(run)}, class {c}", Column(run, c, column, columns), errors[c]);
                }
            }
        }

        timesteps.Report(output);
        mse.Report(output);
        l1.Report(output);
    }

    [Fact]
    public void Rows_have_the_golden_terms_of_the_variational_bound()
    {
        var kl = new GoldenCheck("DiT rows: KL, bits", Bound);
        int elements = Images().Select(item => item.Latent.Values.Length).DefaultIfEmpty(1).Min();
        var nll = new GoldenCheck("DiT rows: decoder NLL, bits", Bound with { Absolute = BitsOfOneElement / elements });
        foreach ((GoldenBundle golden, string image, Latent latent, IReadOnlyList<JsonElement> runs) in Images())
        {
            using OnnxDiffusionModel model = golden.Open();
            foreach (JsonElement run in runs.Where(HasBound))
            {
                IReadOnlyList<Trial> trials = new GoldenTrials(run, golden.Bundle.Manifest.Process.Timesteps).Trials;
                for (int c = 0; c < golden.Bundle.Manifest.Classes.Count; c++)
                {
                    (double Kl, double Nll)[] terms = [.. Terms(model, latent, Noise(golden), new ClassConditioning(c), trials)];
                    kl.Compare($"{golden.Name}, {image}, {Id(run)}, class {c}", Column(run, c, Kl, Columns), [.. terms.Select(term => term.Kl)]);
                    nll.Compare($"{golden.Name}, {image}, {Id(run)}, class {c}", Column(run, c, Nll, Columns), [.. terms.Select(term => term.Nll)]);
                }
            }
        }

        kl.Report(output);
        nll.Report(output);
    }

    [Fact]
    public async Task The_engine_gives_the_golden_means_and_rankings()
    {
        GoldenCheck means = new("DiT engine: class means, l2 and l1", Means), bounds = new("DiT engine: class means, vlb and l2+vlb", Bound), rankings = new("DiT engine: rankings by l2, l1, vlb, l2+vlb", Tolerance.Exact);
        foreach ((GoldenBundle golden, string image, Latent latent, IReadOnlyList<JsonElement> runs) in Images())
        {
            using var engine = new GoldenEngine(golden.Open()) { Latent = latent };
            await engine.StartAsync();
            foreach (JsonElement run in runs)
            {
                var trials = new GoldenTrials(run, golden.Bundle.Manifest.Process.Timesteps);
                if (!trials.IsUniform || golden.Bundle.Manifest is { LastTimestepLeftOut: true } or { TimestepFrom: not 0 })
                {
                    rankings.Note($"{Id(run)}: trials that no request asks for, compared by rows alone.");
                    continue;
                }

                foreach ((PredictionLoss loss, string name, int[] columns) in Losses(run))
                {
                    ClassificationResult result = await engine.ClassifyAsync(trials.Request(GoldenPixels.Image(image).File, Noise(golden), loss));
                    double[] ours = [.. GoldenCase.InOrder(golden, result).Select(label => label.MeanError)];
                    double[] expected = [.. Enumerable.Range(0, ours.Length).Select(c => columns.Sum(column => Mean(run, c, column)))];
                    (loss is PredictionLoss.Vlb or PredictionLoss.L2Vlb ? bounds : means).Compare($"{golden.Name}, {image}, {Id(run)}, {name}", expected, ours);
                    CompareRanking(rankings, $"{golden.Name}, {image}, {Id(run)}, {name}", Ranking(run, name), expected, result, golden.Bundle.Manifest.Classes);
                }
            }
        }

        means.Report(output);
        bounds.Report(output);
        rankings.Report(output);
    }

    /// <summary>The rows of a bundle, golden and own; none if it is no such model.</summary>
    internal static IEnumerable<(double[][] Golden, double[][] Own)> RowsOf(GoldenBundle golden)
    {
        foreach ((_, _, Latent latent, IReadOnlyList<JsonElement> runs) in Images().Where(item => item.Golden == golden))
        {
            using var rows = new RowErrors(golden.Open());
            foreach (JsonElement run in runs.Where(run => !HasBound(run)))
            {
                var trials = new GoldenTrials(run, golden.Bundle.Manifest.Process.Timesteps);
                double[][] own = rows.Run(new(new ClassificationRequest()) { Noise = Noise(golden) }, latent, trials.Trials).Errors;
                yield return ([.. own.Select((_, c) => Column(run, c, Mse, columns: 1))], own);
            }
        }
    }

    private static IEnumerable<(GoldenBundle Golden, string Image, Latent Latent, IReadOnlyList<JsonElement> Runs)> Images() =>
        from golden in GoldenBundle.All
        where golden.Bundle.Model.Text is null && !golden.IsHalf
        from item in golden.Family.Results
        select (golden, item.Image, new Latent(GoldenData.Array<float>(item.Result.GetProperty("latent")), golden.Bundle.Manifest.Latent),
            (IReadOnlyList<JsonElement>)[.. item.Result.GetProperty("results").EnumerateArray()]);

    private static IEnumerable<(PredictionLoss Loss, string Name, int[] Columns)> Losses(JsonElement run) => HasBound(run)
        ? [(PredictionLoss.L2, "l2", [Mse]), (PredictionLoss.L1, "l1", [L1]), (PredictionLoss.Vlb, "vlb", [Kl]), (PredictionLoss.L2Vlb, "l2+vlb", [Mse, Kl])]
        : [(PredictionLoss.L2, "l2", [Mse])];

    private static IEnumerable<(double Kl, double Nll)> Terms(OnnxDiffusionModel model, Latent latent, StoredNoise noise, Conditioning condition, IReadOnlyList<Trial> trials)
    {
        using DenoisingBatch batch = model.CreateBatch();
        ForwardProcess process = model.Manifest.Process;
        batch.Bucket = model.Buckets[0];
        Array.Fill(batch.Conditionings, condition);
        foreach (Trial trial in trials)
        {
            Array.Fill(batch.Timesteps, trial.Timestep);
            noise.Fill(trial.NoiseIndex, batch.Noise(0));
            process.AddNoise(latent.Values, batch.Noise(0), trial.Timestep, batch.Noised(0));
            model.PredictNoise(batch);
            yield return (
                VariationalBound.KullbackLeibler(process.Schedule!, trial.Timestep, latent.Values, batch.Noised(0), batch.Predicted(0), batch.PredictedVariance(0)),
                VariationalBound.DecoderNll(process.Schedule!, trial.Timestep, latent.Values, batch.Noised(0), batch.Predicted(0), batch.PredictedVariance(0)));
        }
    }

    // Neighbours whose means are closer than the reference's rounding may change places.
    private static void CompareRanking(GoldenCheck check, string where, int[] golden, double[] means, ClassificationResult result, IReadOnlyList<string> classes)
    {
        int[] ours = [.. result.Labels.Select(label => classes.Index().Single(pair => pair.Item == label.Label).Index)];
        for (int place = 0; place < golden.Length; place++)
        {
            bool tied = golden[place] != ours[place] && Math.Abs(means[golden[place]] - means[ours[place]]) < Tie;
            if (tied)
                check.Note($"Tied: {where}.");
            else
                check.Same($"{where}, place {place}", [golden[place]], [ours[place]]);
        }
    }

    private static int[] Ranking(JsonElement run, string score)
    {
        JsonElement ranking = run.GetProperty("ranking");
        return GoldenFamily.Integers(ranking.ValueKind == JsonValueKind.Array ? ranking : ranking.GetProperty(score));
    }

    private static double[] Column(JsonElement run, int c, int column, int columns) =>
        [.. GoldenFamily.Doubles(run.GetProperty("classes").GetProperty($"{c}").GetProperty("errors")).Where((_, index) => index % columns == column)];

    private static double Mean(JsonElement run, int c, int column)
    {
        JsonElement mean = run.GetProperty("classes").GetProperty($"{c}").GetProperty("mean");
        return mean.ValueKind == JsonValueKind.Array ? mean[column].GetDouble() : mean.GetDouble();
    }

    private static StoredNoise Noise(GoldenBundle golden) => new(golden.Family.Noise, golden.Bundle.Manifest.Latent.Length);

    private static bool HasBound(JsonElement run) => run.GetProperty("save_vb").GetBoolean();

    private static string Id(JsonElement run) => run.GetProperty("id").GetString()!;
}
