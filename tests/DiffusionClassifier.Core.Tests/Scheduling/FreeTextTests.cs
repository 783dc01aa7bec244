using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Which model answers a request that names none, where the default knows only classes and another takes any text.</summary>
public class FreeTextTests
{
    private static readonly ModelManifest Animals = Manifests.Classes("animals") with { Classes = ["cat, puss", "dog", "frog"] };

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 2 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, ClassificationRequest, string> Requests => new()
    {
        { "no labels", Request, "animals" },
        { "classes", Request with { Labels = ["dog", "FROG"] }, "animals" },
        { "a synonym", Request with { Labels = ["puss", "dog"] }, "animals" },
        { "free text", Request with { Labels = ["a red circle", "a blue square"] }, "scenes" },
        { "short words, one of which is like a class", Request with { Labels = ["box", "disc"] }, "scenes" },
        { "free text with a template and prompts", Request with { Labels = [new LabelSpec("tabby", ["a tabby"]), "tomcat"], Template = ["a {label}"] }, "scenes" },
        { "free text for a model that is named", Request with { Labels = ["a red circle"], Model = "SCENES" }, "scenes" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Where_no_model_is_named_the_one_that_knows_the_labels_answers(string name, ClassificationRequest request, string expected)
    {
        using TestEngine engine = await StartAsync("scenes");

        ClassificationResult result = await engine.ClassifyAsync(request);

        Assert.True(expected == result.Model, name);
    }

    [Fact]
    public async Task An_answer_to_free_text_without_a_model_says_who_gave_it()
    {
        using TestEngine engine = await StartAsync("scenes");
        ClassificationRequest request = Request with { Labels = ["a red circle", "a blue square"] };

        ClassificationResult chosen = await engine.ClassifyAsync(request), named = await engine.ClassifyAsync(request with { Model = "scenes" });

        Assert.Equal(
            ["No label is a class of the default model 'animals', so the model of free text answered, 'scenes'. Name it as the model to be sure of it.", .. named.Warnings],
            chosen.Warnings);
        Assert.Equal(named.Labels.Select(label => label.MeanError), chosen.Labels.Select(label => label.MeanError));
    }

    [Theory]
    [InlineData("dgo", "frgo", "'dgo' is not a class of model 'animals'", "Did you mean 'dog'?")] // misspellings are not sent elsewhere
    [InlineData("dog,cat", "a red circle", "It is one label with 2 classes in it")] // an array that its sender joined
    [InlineData("dog", "a red circle", "'a red circle' is not a class", "For any other text send model=scenes.")]
    public async Task Labels_that_are_classes_or_nearly_are_refused_and_told_of_the_model_of_free_text(string first, string second, params string[] told)
    {
        using TestEngine engine = await StartAsync("scenes");

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Labels = [first, second] }));

        Assert.Equal((ClassificationError.UnknownLabel, "labels"), (exception.Error, exception.Field));
        Assert.All([.. told, "send model=scenes."], part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_many_labels_the_first_twenty_are_compared_with_the_classes()
    {
        using TestEngine engine = await StartAsync("scenes");
        string[] misspelt = [.. Enumerable.Range(0, 20).Select(i => $"c{(char)('b' + i)}t")];

        var beyond = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Labels = LabelSpec.FromStrings([.. misspelt, "a red circle"]) }));
        ClassificationResult within = await engine.ClassifyAsync(Request with { Labels = LabelSpec.FromStrings([.. misspelt[1..], "a red circle"]) });

        Assert.Equal((ClassificationError.UnknownLabel, "scenes"), (beyond.Error, within.Model));
    }

    [Theory]
    [InlineData("a photo of a {label}", "takes no prompts", "For any other text send model=scenes.")]
    [InlineData(null, "takes no prompts", "For any other text send model=scenes.")]
    public async Task Classes_with_prompts_are_refused_and_told_of_the_model_of_free_text(string? template, params string[] told)
    {
        using TestEngine engine = await StartAsync("scenes");
        ClassificationRequest request = template is null ? Request with { Labels = [new LabelSpec("cat", ["a tabby"]), "dog"] } : Request with { Labels = ["cat", "dog"], Template = [template] };

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(request));

        Assert.All(told, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_model_of_free_text_does_not_send_whom_it_refuses_to_itself()
    {
        using TestEngine engine = await StartAsync("scenes");

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Labels = ["a red circle"], Template = ["nothing"] }));

        Assert.Equal("template", exception.Field);
        Assert.DoesNotContain("send model=", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_default_model_that_is_named_refuses_as_if_it_were_alone()
    {
        using TestEngine engine = await StartAsync("scenes");

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Model = "animals", Labels = ["a red circle"] }));

        Assert.EndsWith("Its 3 classes: cat, puss, dog, frog.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_of_several_models_of_free_text_must_be_named()
    {
        using TestEngine engine = await StartAsync("scenes", "sd");

        var labels = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Labels = ["a red circle"] }));
        var template = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Labels = ["dog"], Template = ["a {label}"] }));

        Assert.All([labels.Message, template.Message], message => Assert.EndsWith("For any other text send model=scenes or model=sd.", message, StringComparison.Ordinal));
        Assert.Equal("template", template.Field);
    }

    [Fact]
    public async Task Captions_in_free_text_go_to_the_model_of_free_text()
    {
        using TestEngine engine = await StartAsync("scenes");
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());
        var request = new MatchRequest { Images = [Request.Image], Captions = ["a red circle", "a blue square"], NormalizeByNull = true, Trials = 2 };

        MatchResult text = await matcher.MatchAsync(request, Caller.Anonymous, cancellationToken: Cancellation);
        MatchResult classes = await matcher.MatchAsync(request with { Captions = ["dog", "frog"], NormalizeByNull = false }, Caller.Anonymous, cancellationToken: Cancellation);
        var mixed = await Assert.ThrowsAsync<ClassificationException>(() => matcher.MatchAsync(request with { Captions = ["dog", "a red circle"], NormalizeByNull = false }, Caller.Anonymous, cancellationToken: Cancellation));

        Assert.Equal(("scenes", "animals"), (text.Model, classes.Model));
        Assert.StartsWith("No caption is a class of the default model 'animals'", text.Warnings[0], StringComparison.Ordinal);
        Assert.DoesNotContain(classes.Warnings, warning => warning.Contains("default model", StringComparison.Ordinal));
        Assert.EndsWith("For any other text send model=scenes.", mixed.Message, StringComparison.Ordinal);
        Assert.Equal(2, text.Images[0].Scores.Count);
    }

    private static Task<TestEngine> StartAsync(params string[] ofFreeText) =>
        TestEngine.StartAsync([new FakeDiffusionModel(Animals, 8), .. ofFreeText.Select(id => new FakeDiffusionModel(Manifests.Text(id), 8))]);
}
