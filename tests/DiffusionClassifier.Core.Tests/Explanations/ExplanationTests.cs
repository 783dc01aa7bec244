using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Answers;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Explanations;

/// <summary>Where in the image an answer comes from.</summary>
public sealed class ExplanationTests
{
    private const int Trials = 16, Side = 4;

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 5 }, Trials = Trials, Strategy = Strategy.Fixed, Seed = 3 };

    [Theory]
    [InlineData("true")]
    [InlineData("runnerUp")]
    public async Task The_map_is_the_mean_difference_of_the_squared_errors_at_each_place(string explain)
    {
        ModelManifest manifest = Manifests.Classes();
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(manifest, 4));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Explain = explain });

        Explanation explanation = result.Explanation!;
        double[][] differences = [.. SerialClassifier.Grid(manifest, Request).Select(trial => Difference(manifest, result.Labels[1].Label, result.Labels[0].Label, trial))];
        Assert.Equal((result.Labels[0].Label, result.Labels[1].Label, Trials), (explanation.Label, explanation.Against, explanation.Trials));
        Assert.Equal((Side, Side, Side * Side), (explanation.Width, explanation.Height, explanation.Values.Count));
        for (int place = 0; place < Side * Side; place++)
        {
            double[] here = [.. differences.Select(map => map[place])];
            double mean = here.Average();
            Assert.Equal(mean, explanation.Values[place], 1e-5);
            Assert.Equal(Math.Sqrt(here.Sum(each => Math.Pow(each - mean, 2)) / (Trials - 1) / Trials), explanation.StandardErrors![place], 1e-5);
        }

        Assert.Equal(result.Decision.Margin!.Value, explanation.Values.Average(value => (double)value), 1e-6);
        Assert.Equal([Side, Side], explanation.Overlay.ToArray());
    }

    [Fact]
    public async Task It_can_be_against_a_label_that_lost_early()
    {
        ModelManifest manifest = Manifests.Classes();
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(manifest, 4));
        ClassificationRequest race = Request with { Strategy = Strategy.Race, Trials = 256 };
        string last = (await engine.ClassifyAsync(race)).Labels.MinBy(label => label.Evaluations)!.Label;

        ClassificationResult result = await engine.ClassifyAsync(race with { Explain = last });

        Assert.Equal(last, result.Explanation!.Against);
        Assert.Equal(result.Labels.Single(label => label.Label == last).Evaluations, result.Explanation.Trials);
    }

    [Fact]
    public async Task In_a_race_it_costs_nothing_and_is_against_a_label_that_went_far()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(classes: 9), 4));
        ClassificationRequest race = Request with { Strategy = Strategy.Race, Trials = 256 };

        ClassificationResult plain = await engine.ClassifyAsync(race), explained = await engine.ClassifyAsync(race with { Explain = "true" });

        LabelResult against = explained.Labels.Single(label => label.Label == explained.Explanation!.Against);
        Assert.Null(plain.Explanation);
        Assert.Equal(plain.Cost.Rows, explained.Cost.Rows);
        Assert.Equal(plain.Labels, explained.Labels);
        Assert.Equal(explained.Labels.Skip(1).Max(label => label.Evaluations), against.Evaluations);
    }

    [Fact]
    public async Task Against_the_empty_prompt_it_costs_a_row_for_each_trial_and_changes_nothing_else()
    {
        ModelManifest manifest = Manifests.Text();
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(manifest, 4));
        ClassificationRequest request = Request with { Labels = ["cat", "dog"] };

        ClassificationResult plain = await engine.ClassifyAsync(request), explained = await engine.ClassifyAsync(request with { Explain = "null" });

        Trial trial = SerialClassifier.Grid(manifest, request)[0];
        Assert.Null(explained.Explanation!.Against);
        Assert.Equal((2 * Trials, 3 * Trials, 3 * Trials), (plain.Cost.Rows, explained.Cost.Rows, explained.Cost.FixedRows));
        Assert.Equal(plain.Labels.Select(label => (label.Label, label.MeanError)), explained.Labels.Select(label => (label.Label, label.MeanError)));
        Assert.NotEqual(0, SerialClassifier.Map(manifest, request, FakeDiffusionModel.PromptId(""), trial)[0] - explained.Explanation.Values[0]);
        Assert.Equal(
            SerialClassifier.Grid(manifest, request).Average(each => Difference(manifest, FakeDiffusionModel.PromptId(""), Prompt(explained.Explanation.Label), each)[0]),
            explained.Explanation.Values[0], 1e-5);
    }

    [Fact]
    public async Task Errors_against_the_timestep_are_those_of_the_answer()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 4));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Trials = 64, Explain = "true" });

        Assert.Equal(result.Labels.Select(label => label.Label), result.Explanation!.Timesteps.Select(curve => curve.Label));
        Assert.All(result.Explanation.Timesteps.Zip(result.Labels), pair =>
        {
            IReadOnlyList<TimestepPoint> points = pair.First.Points;
            Assert.Equal((16, 64), (points.Count, points.Sum(point => point.Trials)));
            Assert.Equal(points.Select(point => point.Timestep).Order(), points.Select(point => point.Timestep));
            Assert.Equal(pair.Second.MeanError, points.Sum(point => point.MeanError * point.Trials) / 64, 1e-9);
        });
        Assert.All(result.Explanation.Timesteps[0].Points, point => Assert.Equal((0, 0), (point.Difference, point.StandardError)));
    }

    [Fact]
    public async Task It_rests_on_as_many_trials_as_there_is_memory_for_and_gives_the_memory_back()
    {
        const int MapBytes = Side * Side * sizeof(float), Kept = 10; // of five labels, two trials each
        var options = new EngineOptions { MaxExplainBytes = 4 * Kept * MapBytes, Devices = [new DeviceOptions { Batch = int.MaxValue }] };
        using TestEngine engine = await TestEngine.StartAsync(options, null, new FakeDiffusionModel(Manifests.Classes(), 4));

        for (int request = 0; request < 5; request++)
            Assert.Equal(2, (await engine.ClassifyAsync(Request with { Explain = "true" })).Explanation!.Trials);
    }

    [Fact]
    public async Task Without_memory_the_answer_says_so()
    {
        var options = new EngineOptions { MaxExplainBytes = 0, Devices = [new DeviceOptions { Batch = int.MaxValue }] };
        using TestEngine engine = await TestEngine.StartAsync(options, null, new FakeDiffusionModel(Manifests.Classes(), 4));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Explain = "true" });

        Assert.Null(result.Explanation);
        Assert.Contains(result.Warnings, warning => warning.StartsWith("No explanation:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Labels_that_the_model_reads_alike_have_one_map()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Text(), 4) { ReadAs = prompt => prompt.ToUpperInvariant() });

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = ["cat", "Cat"], Explain = "true" });

        Assert.All(result.Explanation!.Values, value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData("zebra", "none of the labels")]
    [InlineData("null", "has no null class")]
    public async Task What_cannot_be_compared_with_is_refused(string explain, string says)
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 4));

        var refusal = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Explain = explain }));

        Assert.Equal("explain", refusal.Field);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_label_has_nothing_to_be_compared_with()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 4));

        var refusal = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Labels = ["class 1"], Explain = "true" }));

        Assert.Contains("send a second label", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_known_without_an_explanation_is_another_one()
    {
        using TestEngine engine = await TestEngine.StartKeepingAsync(new StoredAnswers(), null, new FakeDiffusionModel(Manifests.Classes(), 4));
        await engine.ClassifyAsync(Request);

        ClassificationResult first = await engine.ClassifyAsync(Request with { Explain = "true" }), again = await engine.ClassifyAsync(Request with { Explain = "true" });

        Assert.Equal((false, true), (first.Cost.Cached, again.Cost.Cached));
        Assert.Equal(first.Explanation, again.Explanation);
    }

    [Fact]
    public async Task An_answer_whose_explanation_had_too_little_memory_is_not_kept_for_others()
    {
        var options = new EngineOptions { MaxExplainBytes = 0, Devices = [new DeviceOptions { Batch = int.MaxValue }] };
        var answers = new StoredAnswers();
        using var engine = new TestEngine(new FakeModelSource(new FakeDiffusionModel(Manifests.Classes(), 4)), options, time: null, answers);
        await engine.Host.StartAsync(TestContext.Current.CancellationToken);

        await engine.ClassifyAsync(Request with { Explain = "true" });
        await engine.ClassifyAsync(Request);

        Assert.Equal(1, answers.Count);
    }

    private static long Prompt(string label) => FakeDiffusionModel.PromptId($"a photo of a {label}.");

    private static double[] Difference(ModelManifest manifest, string other, string winner, Trial trial) =>
        Difference(manifest, SerialClassifier.ClassId(manifest, other), SerialClassifier.ClassId(manifest, winner), trial);

    private static double[] Difference(ModelManifest manifest, long other, long winner, Trial trial) =>
        [.. SerialClassifier.Map(manifest, Request, other, trial).Zip(SerialClassifier.Map(manifest, Request, winner, trial), (first, second) => first - second)];
}
