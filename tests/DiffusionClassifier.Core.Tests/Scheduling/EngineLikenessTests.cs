using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Labels that are the same to the model.</summary>
public sealed class EngineLikenessTests
{
    private const int Trials = 64;

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 5 }, Trials = Trials, Strategy = Strategy.Race };

    [Fact]
    public async Task Labels_that_the_model_reads_alike_are_one_question_and_the_answer_says_so()
    {
        using TestEngine engine = await StartAsync();

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = ["cat", "Cat", "dog"], Strategy = Strategy.Fixed });
        ClassificationResult alone = await engine.ClassifyAsync(Request with { Labels = ["cat", "dog"], Strategy = Strategy.Fixed });

        Assert.StartsWith("'cat' and 'Cat' look the same to the model", Assert.Single(result.Warnings, IsOfLikeness), StringComparison.Ordinal);
        Assert.Equal(2 * Trials, result.Cost.Rows);
        Assert.Equal(Error(result, "cat"), Error(result, "Cat"));
        Assert.Equal(Error(alone, "cat"), Error(result, "cat"));
        Assert.Equal(Error(alone, "dog"), Error(result, "dog"));
    }

    [Theory]
    [InlineData(PromptAggregation.Mean)]
    [InlineData(PromptAggregation.Min)]
    public async Task A_race_of_labels_that_are_alike_ends_at_once_and_promises_nothing(PromptAggregation aggregation)
    {
        using TestEngine engine = await StartAsync();

        ClassificationResult result = await engine.ClassifyAsync(
            Request with { Labels = ["cat", "Cat"], Template = ["a {label}", "the {label}", "no {label}"], PromptAggregation = aggregation });

        Assert.True(result.Decision.Tied);
        Assert.Null(result.Decision.Delta);
        Assert.InRange(result.Decision.Trials, 1, Trials - 1);
        Assert.All(result.Labels, label => Assert.Equal(0.5, label.Posterior, 1e-12));
        Assert.Single(result.Warnings, IsOfLikeness);
    }

    [Fact]
    public async Task Labels_that_differ_are_not_tied_and_have_no_warning()
    {
        using TestEngine engine = await StartAsync();

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = ["cat", "dog"] });

        Assert.False(result.Decision.Tied);
        Assert.Equal(0.05, result.Decision.Delta);
        Assert.DoesNotContain(result.Warnings, IsOfLikeness);
    }

    [Fact]
    public async Task Prompts_of_one_label_that_are_alike_are_computed_once_and_still_count_twice()
    {
        using TestEngine engine = await StartAsync();
        LabelSpec twice = new("cat", ["a cat", "A cat", "the cat"]), other = new("dog");

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = [twice, other], Strategy = Strategy.Fixed });
        ClassificationResult parts = await engine.ClassifyAsync(
            Request with { Labels = [new("a", ["a cat"]), new("the", ["the cat"])], Strategy = Strategy.Fixed });

        Assert.Equal(3 * Trials, result.Cost.Rows);
        Assert.Equal((2 * Error(parts, "a") + Error(parts, "the")) / 3, Error(result, "cat"), 1e-9);
        Assert.DoesNotContain(result.Warnings, IsOfLikeness);
    }

    [Theory]
    [InlineData("caf\u00E9", "cafe\u0301", "'caf\u00E9' (number 1) and 'cafe\u0301' (number 2)")]
    [InlineData("the same forty characters and then some: ONE", "the same forty characters and then some: one", "(number 1)")]
    public async Task Labels_that_look_alike_in_the_warning_are_told_apart_by_number(string one, string other, string expected)
    {
        using TestEngine engine = await StartAsync();

        ClassificationResult result = await engine.ClassifyAsync(Request with { Labels = [one, other] });

        Assert.Contains(expected, Assert.Single(result.Warnings, IsOfLikeness), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Captions_that_are_alike_are_said_once_for_all_images()
    {
        using TestEngine engine = await StartAsync();
        var request = new MatchRequest { Images = [new byte[] { 1 }], Captions = ["A cat", "a cat", "a dog"], Trials = 4 };

        MatchResult result = await new ImageTextMatcher(engine.Host.Engine, new EngineOptions())
            .MatchAsync(request, Caller.Anonymous, cancellationToken: TestContext.Current.CancellationToken);

        Assert.StartsWith("'A cat' and 'a cat' look the same to the model", Assert.Single(result.Warnings, IsOfLikeness), StringComparison.Ordinal);
        Assert.Equal(8, result.Cost.Rows);
    }

    // The fake image has a warning of its own.
    private static bool IsOfLikeness(string warning) => warning.Contains("the same to the model", StringComparison.Ordinal);

    private static double Error(ClassificationResult result, string label) => result.Labels.Single(found => found.Label == label).MeanError;

    // As CLIP reads: lower case, composed.
    private static Task<TestEngine> StartAsync() => TestEngine.StartAsync(
        new FakeDiffusionModel(Manifests.Text(), 1, 4, 16) { ReadAs = text => text.Normalize().ToLowerInvariant() });
}
