using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EnginePromptTests
{
    private const int Trials = 9;

    private static readonly ModelManifest Manifest = Manifests.Text();

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 5 }, Labels = ["cat", "dog", "猫"], Trials = Trials, Seed = 3 };

    [Fact]
    public async Task A_request_without_a_template_gets_the_models_own()
    {
        var model = new FakeDiffusionModel(Manifest, 1, 8);
        using TestEngine engine = await TestEngine.StartAsync(model);

        ClassificationResult result = await engine.ClassifyAsync(Request);

        Assert.Equal(["a photo of a cat.", "a photo of a dog.", "a photo of a 猫."], model.EncodedPrompts.Skip(1));
        Assert.All(result.Labels, label => Assert.Equal([$"a photo of a {label.Label}."], label.Prompts!));
        Assert.All(result.Labels, label => Assert.Equal(Errors($"a photo of a {label.Label}.").Average(), label.MeanError, 1e-5));
    }

    [Fact]
    public async Task Several_templates_average_every_draw_over_their_prompts()
    {
        var model = new FakeDiffusionModel(Manifest, 1, 4, 16);
        using TestEngine engine = await TestEngine.StartAsync(model);

        ClassificationResult result = await engine.ClassifyAsync(Request with { Template = ["a {label}", "{label}, {label}!", "no {Label} but {label}"] });

        string[] winner = [.. Prompts(result.Prediction!)];
        foreach (LabelResult label in result.Labels)
        {
            double[] errors = PerDraw(Prompts(label.Label)), best = PerDraw(winner);
            Assert.Equal(Prompts(label.Label), label.Prompts);
            Assert.Equal(errors.Average(), label.MeanError, 1e-5);
            Assert.Equal(3 * Trials, label.Evaluations);
            if (label.Label != result.Prediction)
                Assert.Equal(StandardError([.. errors.Zip(best, (a, b) => a - b)]), label.StandardError!.Value, 1e-5);
        }

        Assert.Equal(result.Labels.MinBy(label => label.MeanError)!.Label, result.Prediction);
        Assert.Equal((9 * Trials, 9 * Trials, Trials), (result.Cost.Rows, result.Cost.FixedRows, result.Decision.Trials));

        static IEnumerable<string> Prompts(string label) => [$"a {label}", $"{label}, {label}!", $"no {{Label}} but {label}"];
    }

    [Fact]
    public async Task A_labels_own_prompts_replace_the_templates_for_it()
    {
        var model = new FakeDiffusionModel(Manifest, 8);
        using TestEngine engine = await TestEngine.StartAsync(model);
        LabelSpec cat = new("cat", ["a tabby", "a {label} as it is", "a tomcat"]), dog = new("dog");

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = [cat, dog], Template = ["one {label}", "two {label}s"] });

        Dictionary<string, LabelResult> labels = result.Labels.ToDictionary(label => label.Label);
        Assert.Equal(cat.Prompts, labels["cat"].Prompts);
        Assert.Equal(["one dog", "two dogs"], labels["dog"].Prompts);
        Assert.Equal(PerDraw(cat.Prompts!).Average(), labels["cat"].MeanError, 1e-5);
        Assert.Equal((3 * Trials, 2 * Trials, 5 * Trials, 5 * Trials), (labels["cat"].Evaluations, labels["dog"].Evaluations, result.Cost.Rows, result.Cost.FixedRows));
    }

    [Fact]
    public async Task Where_prompts_compete_a_label_is_as_good_as_its_best()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 1, 8));
        string[] templates = ["a {label}", "the {label}", "{label} again"];

        ClassificationResult result = await engine.ClassifyAsync(Request with { Template = templates, PromptAggregation = PromptAggregation.Min });

        foreach (LabelResult label in result.Labels)
        {
            string[] prompts = [.. templates.Select(template => template.Replace("{label}", label.Label, StringComparison.Ordinal))];
            Assert.Equal(prompts.Min(prompt => Errors(prompt).Average()), label.MeanError, 1e-5);
            Assert.Equal(prompts, label.Prompts);
            Assert.Equal(3 * Trials, label.Evaluations);
        }

        Assert.Equal(result.Labels.Select(label => label.MeanError).Order(), result.Labels.Select(label => label.MeanError));
        Assert.Equal(result.Labels[1].MeanError - result.Labels[0].MeanError, result.Decision.Margin!.Value, 1e-12);
        Assert.Equal(1, result.Labels.Sum(label => label.Posterior), 1e-12);
    }

    [Fact]
    public async Task Templates_that_make_the_same_prompt_cost_it_once()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifest, 8));

        ClassificationResult result = await engine.ClassifyAsync(Request with { Template = ["a {label}", "a {label}"] });

        Assert.Equal(3 * Trials, result.Cost.Rows);
        Assert.All(result.Labels, label => Assert.Equal([$"a {label.Label}"], label.Prompts!));
    }

    [Fact]
    public async Task A_label_spelt_like_the_placeholder_is_its_own_prompt()
    {
        var model = new FakeDiffusionModel(Manifests.Text(template: "{label}"), 8);
        using TestEngine engine = await TestEngine.StartAsync(model);

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = ["{label}", "{LABEL}"] });

        Assert.Equal(["{label}", "{LABEL}"], result.Labels.Select(label => Assert.Single(label.Prompts!)).OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Warnings_of_conditionings_reach_the_answer_once_each()
    {
        var model = new FakeDiffusionModel(Manifest, 8) { WarningOf = prompt => prompt.Contains("dog", StringComparison.Ordinal) ? null : "A prompt was cut." };
        using TestEngine engine = await TestEngine.StartAsync(model);

        ClassificationResult first = await engine.ClassifyAsync(Request), second = await engine.ClassifyAsync(Request), other = await engine.ClassifyAsync(Request with { Labels = ["dog"] });

        Assert.Equal(["picture 5", "A prompt was cut."], first.Warnings);
        Assert.Equal(first.Warnings, second.Warnings); // also where the conditionings come from the cache
        Assert.DoesNotContain("A prompt was cut.", other.Warnings);
    }

    [Fact]
    public async Task Prompts_that_come_again_are_not_encoded_again()
    {
        var model = new FakeDiffusionModel(Manifest, 8);
        using TestEngine engine = await TestEngine.StartAsync(model);
        ClassificationResult first = await engine.ClassifyAsync(Request);
        int encoded = model.EncodedPrompts.Count;

        ClassificationResult second = await engine.ClassifyAsync(Request);
        int after = model.EncodedPrompts.Count;
        await engine.ClassifyAsync(Request with { Labels = ["dog", "ship", "cat"] });

        Assert.Equal(encoded, after);
        Assert.Equal(["a photo of a ship."], model.EncodedPrompts.Skip(after));
        Assert.Equal(first.Labels.Select(label => (label.Label, label.MeanError)), second.Labels.Select(label => (label.Label, label.MeanError)));
    }

    [Fact]
    public async Task One_prompt_for_two_labels_is_a_tie_that_the_first_wins()
    {
        var model = new FakeDiffusionModel(Manifest, 8);
        using TestEngine engine = await TestEngine.StartAsync(model);

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = [new("b", ["the same"]), new("a", ["the same"])] });

        Assert.Equal(["b", "a"], result.Labels.Select(label => label.Label));
        Assert.Equal((0.0, 0.0), (result.Decision.Margin, result.Decision.MarginStandardError));
        Assert.All(result.Labels, label => Assert.Equal(0.5, label.Posterior));
        Assert.Single(model.EncodedPrompts.Skip(1));
    }

    private static double[] Errors(string prompt) =>
        SerialClassifier.Errors(Manifest, Request, FakeDiffusionModel.PromptId(prompt), SerialClassifier.Grid(Manifest, Request));

    // The label's error on a draw: the mean over its prompts.
    private static double[] PerDraw(IEnumerable<string> prompts)
    {
        double[][] errors = [.. prompts.Select(Errors)];
        return [.. Enumerable.Range(0, Trials).Select(trial => errors.Average(own => own[trial]))];
    }

    private static double StandardError(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
    }
}
