using System.Globalization;
using System.Text;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Evaluation.Tests.Banks;

/// <summary>
/// All strategies on errors of the shipped model: 500 images × 128 trials × 10 classes. The table goes to the build's artifacts.
/// </summary>
public class StrategyComparisonTests
{
    private const int Orders = 4; // random orders of the trials for each image

    [Fact]
    public void Strategies_agree_with_fixed_on_real_errors_for_far_fewer_rows()
    {
        double[][][] images = Load(out int trials, out int classes);
        double[] handicaps = new double[classes];
        (string Name, Func<IElimination> Create)[] strategies =
        [
            ("race, δ 0.05", () => Eliminations.Create(Strategy.Race, trials, handicaps, 0.05)),
            ("race, δ 0.01", () => Eliminations.Create(Strategy.Race, trials, handicaps, 0.01)),
            ("fast", () => Eliminations.Create(Strategy.Fast, trials, handicaps)),
            ("clark-jaini", () => Eliminations.Create(Strategy.ClarkJaini, trials, handicaps)),
        ];

        var table = new StringBuilder("| strategy | rows | fixed ÷ rows | agreement with fixed ± std. error |\n|---|---|---|---|\n");
        List<(double Saving, double Agreement)> measured =
        [
            .. strategies.Select(strategy => Measure(table, strategy.Name, images, strategy.Create, handicaps, Uniform)),
        ];
        StagedPlan stages = StagedPlan.Create([new Stage(trials / 10, 5), new Stage(trials, 1)], 1, 0, trials);
        measured.Add(
            Measure(
                table,
                "staged",
                images,
                () => Eliminations.Create(Strategy.Staged, stages.Trials.Count, handicaps, stages: stages),
                handicaps,

            (errors, _) => [.. Enumerable.Range(0, stages.Trials.Count).Select(i => errors[stages.Trials[i].Timestep])]));
        Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "golden"));
        File.WriteAllText(
            Path.Combine(Repository.Artifacts, "golden", "strategies.md"),
            $"# Strategies on {images.Length} pictures, {Orders} orders of the trials each\n\n{table}");
        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());

        Assert.True(measured[0] is { Saving: > 4, Agreement: >= 0.99 }, "race");
        Assert.True(measured[1] is { Saving: > 3.5, Agreement: >= 0.99 }, "race with δ 0.01");
        Assert.True(measured[2] is { Saving: > 5, Agreement: >= 0.98 }, "fast");
        Assert.True(measured[3] is { Saving: > 2.5, Agreement: >= 0.99 }, "clark-jaini");
        Assert.True(measured[4] is { Saving: > 1, Agreement: >= 0.9 }, "staged");
    }

    private static double[][] Uniform(double[][] errors, int seed)
    {
        TrialPlan plan = TrialPlan.Uniform(errors.Length, 0, errors.Length, (ulong)seed); // its timesteps are the indices
        return [.. Enumerable.Range(0, plan.Count).Select(i => errors[plan[i].Timestep])];
    }

    private static (double Saving, double Agreement) Measure(
        StringBuilder table,
        string name,
        double[][][] images,
        Func<IElimination> create,
        double[] handicaps,
        Func<double[][],
        int,
        double[][]> order)
    {
        long rows = 0, agreed = 0;
        int runs = images.Length * Orders;
        for (int run = 0; run < runs; run++)
        {
            double[][] errors = images[run % images.Length];
            ReplayOutcome outcome = Replay.Run(order(errors, run), create(), handicaps);
            rows += outcome.Rows;
            agreed += outcome.Winner == Replay.Run(errors, new FixedTrials(errors.Length), handicaps).Winner ? 1 : 0;
        }

        double share = (double)agreed / runs, saving = (double)runs * images[0].Length * handicaps.Length / rows;
        table.AppendLine(CultureInfo.InvariantCulture,
            $"| {name} | {(double)rows / runs:F1} | {saving:F2} | {100 * share:F2} ± {100 * Math.Sqrt(share * (1 - share) / runs):F2} % |");
        return (saving, share);
    }

    private static double[][][] Load(out int trials, out int classes)
    {
        using var archive = new NumpyArchive(SharedData.Require("cifar10/error-bank.npz"));
        float[] errors = archive.Array<float>("errors", out int[] shape);
        (int count, int n, int k) = (shape[0], shape[1], shape[2]);
        (trials, classes) = (n, k);
        return [.. Enumerable.Range(0, count).Select(image => Enumerable.Range(0, n).Select(trial =>
            Array.ConvertAll(errors[((image * n + trial) * k)..((image * n + trial + 1) * k)], error => (double)error)).ToArray())];
    }
}
