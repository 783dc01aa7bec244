using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EngineStagedTests
{
    private static readonly ModelManifest Manifest = Manifests.Classes(classes: 7);

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 8 }, Strategy = Strategy.Staged, Seed = 21, StageSamples = [3, 10, 30], StageKeep = [4, 2, 1] };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Three_stages_are_those_of_the_reference(int draws)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 1, 8, 32));

        ClassificationResult result = await engine.ClassifyAsync(Request with { TrialsPerTimestep = draws });

        StagedPlan plan = StagedPlan.Create(Stages(Request), draws, Manifest.TimestepFrom, Manifest.TimestepTo);
        Dictionary<string, double[]> errors = Manifest.Classes.ToDictionary(name => name, name => SerialClassifier.Errors(Manifest, Request, SerialClassifier.ClassId(Manifest, name), Trials(plan)));
        List<string> alive = [.. Manifest.Classes];
        int rows = 0, begin = 0;
        foreach ((Stage stage, int end) in Stages(Request).Zip(plan.Ends))
        {
            rows += alive.Count * (end - begin);
            string[] kept = [.. alive.OrderBy(name => errors[name].Take(end).Average()).Take(stage.Keep)];
            foreach (LabelResult label in result.Labels.Where(label => alive.Contains(label.Label) && !kept.Contains(label.Label)))
            {
                Assert.Equal((end, end), (label.EliminatedAt!.Value, label.Evaluations));
                Assert.Equal(Anchored(errors[label.Label], errors[result.Prediction!], end), label.MeanError, 1e-5);
            }

            (alive, begin) = ([.. kept], end);
        }

        LabelResult winner = result.Labels[0];
        Assert.Equal((alive[0], alive[0]), (result.Prediction, winner.Label));
        Assert.Equal((null, plan.Trials.Count), (winner.EliminatedAt, winner.Evaluations));
        Assert.Equal(errors[winner.Label].Average(), winner.MeanError, 1e-5);
        Assert.Equal((rows, 7 * plan.Trials.Count), (result.Cost.Rows, result.Cost.FixedRows));
        Assert.Equal(new DecisionSummary(Strategy.Staged, true, null, result.Decision.Margin, result.Decision.MarginStandardError, plan.Trials.Count, plan.Trials.Count), result.Decision);
    }

    [Fact]
    public async Task The_winner_is_the_most_probable_and_labels_come_by_posterior()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 32));
        for (byte image = 0; image < 40; image++)
        {
            ClassificationResult result = await engine.ClassifyAsync(Request with { Image = new[] { image }, Seed = image, Priors = [.. Enumerable.Range(0, 7).Select(i => (double)((i + image) % 4))] });

            Assert.Equal(result.Labels.Select(label => label.Posterior).OrderDescending(), result.Labels.Select(label => label.Posterior));
            Assert.Null(result.Labels[0].EliminatedAt);
            Assert.Equal(1, result.Labels.Sum(label => label.Posterior), 1e-12);
        }
    }

    /// <summary>Errors depend on the timestep far more than on the label, and the stages see different timesteps.</summary>
    [Fact]
    public async Task A_loser_that_saw_easier_timesteps_is_not_more_probable_than_the_winner()
    {
        var model = new FakeDiffusionModel(Manifest, 32);
        using TestEngine engine = await TestEngine.StartAsync(model);
        int[] first = Timesteps(Request.StageSamples![0]);
        model.AfterPredict = batch => Scale(batch, t => first.Contains(t) ? 0.99f : 0);

        ClassificationResult result = await engine.ClassifyAsync(Request with { Temperature = 0.01 });

        LabelResult winner = result.Labels[0];
        Assert.All(result.Labels.Skip(1), label => Assert.True(label.MeanError >= winner.MeanError && label.Posterior <= winner.Posterior, $"{label} against {winner}"));

        // A prediction of nearly all of x_t at easy timesteps, of nothing at the others.
        static void Scale(DenoisingBatch batch, Func<int, float> share)
        {
            for (int row = 0; row < batch.Bucket; row++)
            {
                ReadOnlySpan<float> noise = batch.Noise(batch.Slots[row]);
                Span<float> predicted = batch.Predicted(row);
                for (int i = 0; i < predicted.Length; i++)
                    predicted[i] = noise[i] * share((int)batch.Timesteps[row]) + 0.001f * predicted[i];
            }
        }
    }

    [Fact]
    public async Task A_label_with_a_prior_of_zero_never_wins_a_stage()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 32));
        string best = (await engine.ClassifyAsync(Request)).Prediction!;

        ClassificationResult result = await engine.ClassifyAsync(Request with { Priors = [.. Manifest.Classes.Select(name => name == best ? 0.0 : 1.0)] });

        Assert.NotEqual(best, result.Prediction);
        Assert.Equal((best, 0.0, 3), (result.Labels[^1].Label, result.Labels[^1].Posterior, result.Labels[^1].EliminatedAt!.Value));
        Assert.True(result.Labels[0].Posterior > 0);
    }

    [Fact]
    public async Task The_only_label_kept_after_the_first_stage_runs_through_the_others()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 32));

        ClassificationResult result = await engine.ClassifyAsync(Request with { StageSamples = [5, 20], StageKeep = [1, 1] });

        Assert.Equal((7 * 5 + 15, 20), (result.Cost.Rows, result.Decision.Trials));
        Assert.Equal(20, result.Labels[0].Evaluations);
    }

    [Fact]
    public async Task A_single_label_runs_all_trials()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 32));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = ["class 4"], StageSamples = null, StageKeep = null, Trials = 40 });

        Assert.Equal((40, 40, 1.0, null), (result.Cost.Rows, result.Decision.Trials, result.Labels[0].Posterior, result.Decision.Margin));
    }

    [Fact]
    public async Task Where_no_stages_are_given_the_first_takes_a_tenth_of_the_trials_and_keeps_five_labels()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 32));

        ClassificationResult result = await engine.ClassifyAsync(Request with { StageSamples = null, StageKeep = null, Trials = 50 });

        Assert.Equal((7 * 5 + 5 * 45, 7 * 50), (result.Cost.Rows, result.Cost.FixedRows));
        Assert.Equal([5, 5, 50, 50, 50, 50], result.Labels.Skip(1).Select(label => label.EliminatedAt!.Value).Order());
    }

    [Fact]
    public async Task Where_prompts_compete_it_is_prompts_that_are_kept_and_a_label_falls_with_its_last()
    {
        ModelManifest manifest = Manifests.Text();
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(manifest, 1, 16));
        ClassificationRequest request = Request with { Labels = ["cat", "dog", "ship"], Template = ["a {label}", "the {label}", "{label}"], PromptAggregation = PromptAggregation.Min };

        ClassificationResult result = await engine.ClassifyAsync(request);

        StagedPlan plan = StagedPlan.Create(Stages(request), 1, manifest.TimestepFrom, manifest.TimestepTo);
        Dictionary<string, int> seen = []; // trials of every prompt
        Dictionary<string, double[]> errors = result.Labels.SelectMany(label => label.Prompts!).ToDictionary(prompt => prompt, prompt => SerialClassifier.Errors(manifest, request, FakeDiffusionModel.PromptId(prompt), Trials(plan)));
        string[] alive = [.. errors.Keys];
        foreach ((Stage stage, int end) in Stages(request).Zip(plan.Ends))
        {
            foreach (string prompt in alive)
                seen[prompt] = end;
            alive = [.. alive.OrderBy(prompt => errors[prompt].Take(end).Average()).Take(stage.Keep)];
        }

        Assert.Contains(alive[0], result.Labels[0].Prompts!);
        foreach (LabelResult label in result.Labels)
        {
            int furthest = label.Prompts!.Max(prompt => seen[prompt]);
            Assert.Equal(label.Prompts!.Sum(prompt => seen[prompt]), label.Evaluations);
            Assert.Equal(label.Label == result.Prediction ? null : furthest, label.EliminatedAt);
            if (label.Label != result.Prediction)
                Assert.Equal(label.Prompts!.Where(prompt => seen[prompt] == furthest).Min(prompt => Anchored(errors[prompt], errors[alive[0]], furthest)), label.MeanError, 1e-5);
        }

        Assert.Equal(errors[alive[0]].Average(), result.Labels[0].MeanError, 1e-5);
        Assert.Equal((seen.Values.Sum(), 9 * plan.Trials.Count), (result.Cost.Rows, result.Cost.FixedRows));
    }

    [Fact]
    public async Task Where_prompts_are_averaged_it_is_labels_that_are_kept()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Text(), 1, 16));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = ["cat", "dog", "ship"], Template = ["a {label}", "the {label}"], StageSamples = [5, 20], StageKeep = [2, 1] });

        Assert.Equal(2 * (3 * 5 + 2 * 15), result.Cost.Rows);
        Assert.Equal([10, 40, 40], result.Labels.Select(label => label.Evaluations).Order());
        Assert.Equal([5, 20], result.Labels.Skip(1).Select(label => label.EliminatedAt!.Value).Order());
    }

    private static Stage[] Stages(ClassificationRequest request) => [.. request.StageSamples!.Zip(request.StageKeep!, (samples, keep) => new Stage(samples, keep))];

    private static Trial[] Trials(StagedPlan plan) => [.. Enumerable.Range(0, plan.Trials.Count).Select(position => plan.Trials[position])];

    private static int[] Timesteps(int count) => [.. Trials(StagedPlan.Create(Stages(Request), 1, Manifest.TimestepFrom, Manifest.TimestepTo)).Take(count).Select(trial => trial.Timestep)];

    // The mean of an eliminated label: the winner's, plus their difference on the trials that both have seen.
    private static double Anchored(double[] label, double[] winner, int trials) =>
        winner.Average() + label.Take(trials).Average() - winner.Take(trials).Average();
}
