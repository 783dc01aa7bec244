using System.Globalization;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Core.Tests.Scoring;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>What a race is to a client: the fields confidence and topK, and what the answer says.</summary>
public class EngineRaceTests
{
    private const int Labels = 6, Trials = 64;

    private static readonly ModelManifest Manifest = Manifests.Classes(classes: Labels) with { DefaultStrategy = Strategy.Race, DefaultTrials = Trials };
    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 } };

    public static TheoryData<string, ClassificationRequest, string, string> Refused => new()
    {
        { "confidence with fixed", Request with { Strategy = Strategy.Fixed, Confidence = 0.9 }, "confidence", "gives no guarantee" },
        { "confidence with fast", Request with { Strategy = Strategy.Fast, Confidence = 0.9 }, "confidence", "strategy=race" },
        { "confidence with staged", Request with { Strategy = Strategy.Staged, Confidence = 0.9 }, "confidence", "'staged'" },
        { "confidence of 1", Request with { Confidence = 1 }, "confidence", "from 0.5 to 0.9999" },
        { "confidence as a percentage", Request with { Confidence = 95 }, "confidence", "confidence is 95" },
        { "confidence below a half", Request with { Confidence = 0.49 }, "confidence", "from 0.5" },
        { "confidence that is no number", Request with { Confidence = double.NaN }, "confidence", "from 0.5" },
        { "topK with fixed", Request with { Strategy = Strategy.Fixed, TopK = 2 }, "topK", "does not stop early" },
        { "topK with staged", Request with { Strategy = Strategy.Staged, TopK = 2 }, "topK", "does not stop early" },
        { "topK of 0", Request with { TopK = 0 }, "topK", "from 1 to 20" },
        { "topK of all labels", Request with { TopK = Labels }, "topK", "less than the number of labels, 6" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void A_field_that_does_not_fit_is_refused_with_what_to_do(string what, ClassificationRequest request, string field, string message)
    {
        ClassificationException exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(request, Manifest, new EngineOptions()));

        Assert.True(exception.Error == ClassificationError.InvalidRequest && exception.Field == field, what);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_top_k_of_competing_prompts_is_refused()
    {
        ClassificationRequest request = Request with { Labels = ["cat", "dog", "ship"], Template = ["a {label}", "the {label}"], PromptAggregation = PromptAggregation.Min, Strategy = Strategy.Race, TopK = 2 };

        ClassificationException exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(request, Manifests.Text(), new EngineOptions()));

        Assert.Equal("topK", exception.Field);
    }

    [Theory]
    [InlineData(null, 0.05)]
    [InlineData(0.95, 0.05)]
    [InlineData(0.99, 0.01)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.9999, 0.0001)]
    public async Task The_answer_of_a_race_says_its_delta(double? confidence, double delta)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 1, 8));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Confidence = confidence });

        Assert.Equal((Strategy.Race, delta), (result.Decision.Strategy, result.Decision.Delta));
    }

    [Theory]
    [InlineData(Strategy.Fixed)]
    [InlineData(Strategy.Fast)]
    [InlineData(Strategy.Staged)]
    [InlineData(Strategy.ClarkJaini)]
    public async Task The_answer_of_a_strategy_without_a_guarantee_has_no_delta(Strategy strategy)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 1, 8));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Strategy = strategy });

        Assert.Equal((strategy, null), (result.Decision.Strategy, result.Decision.Delta));
    }

    [Fact]
    public async Task The_answer_of_a_top_three_has_three_labels_that_were_never_eliminated()
    {
        ClassificationJob job = Run(Request with { TopK = 3 }, SimulatedBank.Create(new Random(1), SimulatedBank.Gaussian, Trials, [0, 60, 0.1, 60, 0.2, 60]));

        ClassificationResult result = await job.Completion;

        Assert.Equal(["class 0", "class 2", "class 4"], result.Labels.Where(label => label.EliminatedAt is null).Select(label => label.Label).Order());
        Assert.True(result.Cost.Rows < result.Cost.FixedRows / 2);
    }

    [Fact]
    public async Task Where_only_prompts_of_one_label_are_left_it_is_decided_without_a_best_prompt()
    {
        ClassificationRequest request = Request with { Labels = ["cat", "dog"], Template = ["a {label}", "the {label}"], PromptAggregation = PromptAggregation.Min, Trials = Trials };
        double[][] errors = SimulatedBank.Create(new Random(1), SimulatedBank.Gaussian, Trials, [0, 0.1, 60, 60]);

        ClassificationResult result = await Run(request, errors, Manifests.Text() with { DefaultStrategy = Strategy.Race }).Completion;

        Assert.Equal(("cat", true), (result.Prediction, result.Decision.Complete));
        Assert.True(result.Decision.Trials < Trials, "the prompts of the label that has won raced on");
    }

    [Theory]
    [InlineData(Strategy.Race)]
    [InlineData(Strategy.Fast)]
    [InlineData(Strategy.ClarkJaini)]
    [InlineData(Strategy.RaceAnytime)]
    public async Task The_answer_of_any_race_has_the_winners_posterior_on_top(Strategy strategy)
    {
        int changes = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            double[] priors = [.. Enumerable.Range(0, Labels).Select(_ => 0.1 + random.NextDouble())];
            double[][] errors = SimulatedBank.Create(random, SimulatedBank.HeavyTailed, Trials, [.. Enumerable.Range(0, Labels).Select(_ => 6 * random.NextDouble())]);
            ClassificationJob job = Run(Request with { Strategy = strategy, Priors = priors, Temperature = 1 }, errors);

            ClassificationResult result = await job.Completion;

            Assert.Equal(result.Labels.Max(label => label.Posterior), result.Labels[0].Posterior);
            Assert.Equal(result.Prediction, result.Labels[0].Label);
            changes += result.Labels.Select(label => label.EliminatedAt).OfType<int>().Distinct().Count() > 1 ? 1 : 0;
        }

        Assert.True(changes > 20, "labels are eliminated at one look only: nothing was tested");
    }

    [Theory]
    [InlineData(Strategy.Race)]
    [InlineData(Strategy.Fast)]
    [InlineData(Strategy.Staged)]
    public async Task An_answer_cut_short_inside_a_look_is_that_of_the_trials_that_all_labels_left_have_seen(Strategy strategy)
    {
        int afterEliminations = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            double[] priors = [.. Enumerable.Range(0, Labels).Select(_ => 0.1 + random.NextDouble())];
            double[][] errors = SimulatedBank.Create(random, SimulatedBank.HeavyTailed, Trials, [.. Enumerable.Range(0, Labels).Select(_ => 6 * random.NextDouble())]);
            ClassificationJob job = FakeJobs.Create(Manifest, Request with { Strategy = strategy, Priors = priors, Temperature = 1 });
            var scheduler = new RowScheduler();
            scheduler.Submit(job);
            RunPartly(scheduler, errors, batches: 8 + random.Next(30));
            if (job.Completion.IsCompleted)
                continue;

            scheduler.CutShort(job, now: 3, "no more time", new InvalidOperationException());

            ClassificationResult result = await job.Completion;
            LabelResult[] left = [.. result.Labels.Where(label => label.EliminatedAt is null)];
            int trials = result.Decision.Trials;
            Assert.Equal(left.MaxBy(label => Math.Log(label.Prior) - errors.Take(trials).Average(row => row[int.Parse(label.Label["class ".Length..], CultureInfo.InvariantCulture)]))!.Label, result.Prediction);
            Assert.All(left, label => Assert.Equal(trials, label.Evaluations));
            Assert.All(result.Labels.Except(left), label => Assert.InRange(label.EliminatedAt!.Value, 1, trials));
            Assert.Equal(result.Labels.Max(label => label.Posterior), result.Labels[0].Posterior);
            Assert.Equal((false, null, "no more time"), (result.Decision.Complete, result.Decision.Delta, result.Warnings[0]));
            afterEliminations += left.Length < Labels ? 1 : 0;
        }

        Assert.True(afterEliminations > 5, "no answer was cut short after labels were eliminated: nothing was tested");
    }

    [Fact]
    public async Task An_error_that_is_not_finite_fails_the_race()
    {
        double[][] errors = SimulatedBank.Create(new Random(1), SimulatedBank.Gaussian, Trials, new double[Labels]);
        errors[3][2] = double.NaN;

        ClassificationJob job = Run(Request, errors);

        ClassificationException exception = await Assert.ThrowsAsync<ClassificationException>(() => job.Completion);
        Assert.Equal(ClassificationError.ModelFailure, exception.Error);
    }

    // Two devices, of which the second one's batches come back first, and the last of the first never.
    private static void RunPartly(RowScheduler scheduler, double[][] errors, int batches)
    {
        FakeDevice first = new(scheduler, 4, "tiny") { Error = row => errors[row.Position][row.Prompt] }, second = new(scheduler, 4, "tiny") { Error = row => errors[row.Position][row.Prompt] };
        for (int i = 0; i < batches; i++)
        {
            bool isLast = i == batches - 1;
            if (first.Assemble() == WorkKind.None)
                return;
            if (second.Assemble() != WorkKind.None)
                second.Complete();
            if (!isLast)
                first.Complete();
        }
    }

    private static ClassificationJob Run(ClassificationRequest request, double[][] errors, ModelManifest? manifest = null)
    {
        ClassificationJob job = FakeJobs.Create(manifest ?? Manifest, request);
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 8, "tiny") { Error = row => errors[row.Position][row.Prompt] };
        scheduler.Submit(job);
        device.RunToEnd();
        return job;
    }
}
