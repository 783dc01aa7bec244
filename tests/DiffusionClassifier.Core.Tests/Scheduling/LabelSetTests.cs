using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>The fields that came with prompts and stages: what is refused, and what a request's labels become.</summary>
public class LabelSetTests
{
    private static readonly EngineOptions Options = new() { MaxLabels = 10, MaxPrompts = 12, MaxPromptLength = 40, MaxRowsPerRequest = 1000 };

    private static readonly ModelManifest Text = Manifests.Text() with { DefaultTrials = 10 };

    private static readonly ModelManifest Class = Manifests.Classes() with { DefaultTrials = 10 };

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Labels = ["cat", "dog", "ship"] };

    private static readonly ClassificationRequest Staged = Request with { Strategy = Strategy.Staged, StageSamples = [2, 10], StageKeep = [2, 1] };

    private static readonly ClassificationRequest Everything = Request with { Labels = null, Strategy = Strategy.Staged };

    public static TheoryData<string, ClassificationRequest, string, string> BadPrompts => new()
    {
        { "template without a place for the label", Request with { Template = ["a photo"] }, "template", "has no {label}" },
        { "one of several templates", Request with { Template = ["a {label}", "a {LABEL}"] }, "template", "'a {LABEL}' has no {label}" },
        { "long template in the message", Request with { Template = [new string('x', 40)] }, "template", $"'{new string('x', 32)}…' has no {{label}}" },
        { "empty template", Request with { Template = [""] }, "template", "A template is empty" },
        { "null template", Request with { Template = [null!] }, "template", "A template is empty" },
        { "template too long", Request with { Template = ["{label}" + new string('x', 40)] }, "template", "has 47 characters; the limit is 40" },
        { "line break in a template", Request with { Template = ["a\n{label}"] }, "template", "control character" },
        { "prompt too long with the label put in", Request with { Template = ["{label} {label} {label}"], Labels = ["fifteen letters"] }, "labels", "The prompt that begins 'fifteen letters" },
        { "empty list of prompts", Request with { Labels = ["cat", new("dog", [])] }, "labels", "'dog' has an empty list of prompts" },
        { "empty prompt", Request with { Labels = [new("dog", ["a dog", " "])] }, "labels", "A prompt is empty" },
        { "null prompt", Request with { Labels = [new("dog", [null!])] }, "labels", "A prompt is empty" },
        { "prompt too long", Request with { Labels = [new("dog", [new string('x', 41)])] }, "labels", "has 41 characters" },
        { "control character in a prompt", Request with { Labels = [new("dog", ["a\0b"])] }, "labels", "control character" },
        { "null label beside others", Request with { Labels = [new("dog", ["a"]), null!] }, "labels", "A label is empty" },
        { "label without a name", Request with { Labels = [new(null!, ["a"])] }, "labels", "A label is empty" },
        { "same label with other prompts", Request with { Labels = [new("dog", ["a"]), new("dog", ["b"])] }, "labels", "'dog' was sent twice" },
        { "too many prompts by templates", Request with { Template = [.. Enumerable.Range(0, 5).Select(i => $"{i} {{label}}")] }, "labels", "15 prompts in total; the limit is 12" },
        { "too many prompts of one label", Request with { Labels = [new("dog", [.. Enumerable.Range(0, 13).Select(i => $"{i}")])] }, "labels", "13 prompts in total" },
    };

    public static TheoryData<string, ClassificationRequest, string, string> BadStages => new()
    {
        { "no stage", Staged with { StageSamples = [], StageKeep = [] }, "stageSamples", "Every stage must have from 1 to 800 samples" },
        { "stage of no samples", Staged with { StageSamples = [0, 10], StageKeep = [2, 1] }, "stageSamples", "from 1 to 800" },
        { "negative samples", Staged with { StageSamples = [-5], StageKeep = [1] }, "stageSamples", "from 1 to 800" },
        { "more samples than timesteps", Staged with { StageSamples = [2, 801], StageKeep = [2, 1] }, "stageSamples", "from 1 to 800" },
        { "samples beyond 32 bits in sum", Staged with { StageSamples = [int.MaxValue, int.MaxValue], StageKeep = [2, 1] }, "stageSamples", "from 1 to 800" },
        { "keep rises", Staged with { StageSamples = [2, 4, 10], StageKeep = [2, 3, 1] }, "stageKeep", "must not rise" },
        { "keep does not end with 1", Staged with { StageSamples = [2, 10], StageKeep = [2, 2] }, "stageKeep", "must end with 1" },
        { "keep of 0", Staged with { StageSamples = [2, 10], StageKeep = [2, 0] }, "stageKeep", "must end with 1" },
        { "keep of 0 before the end", Staged with { StageSamples = [2, 10], StageKeep = [0, 1] }, "stageKeep", "must not rise" },
        { "keep above the labels", Staged with { StageSamples = [2, 10], StageKeep = [4, 1] }, "stageKeep", "no more than the number of labels (3)" },
        { "keep above the prompts that compete", Staged with { Template = ["a {label}", "{label}"], PromptAggregation = PromptAggregation.Min, StageSamples = [2, 10], StageKeep = [7, 1] }, "stageKeep", "no more than the number of competing prompts (6)" },
        { "trials with stages", Staged with { Trials = 10 }, "trials", "leave out trials" },
        { "stages with fixed", Staged with { Strategy = Strategy.Fixed }, "strategy", "strategy=staged" },
        { "stages with the default strategy", Staged with { Strategy = null }, "strategy", "strategy=staged" },
        { "trials per timestep with fixed", Request with { TrialsPerTimestep = 2 }, "strategy", "strategy=staged" },
        { "no trials per timestep", Staged with { TrialsPerTimestep = 0 }, "trialsPerTimestep", "at least 1" },
        { "negative trials per timestep", Staged with { TrialsPerTimestep = int.MinValue }, "trialsPerTimestep", "at least 1" },
        { "no trials", Request with { Strategy = Strategy.Staged, Trials = 0 }, "trials", "at least 1" },
        { "no noise draws", Request with { NoiseDraws = 0 }, "noiseDraws", "from 1 to the number of trials, 10" },
        { "negative noise draws", Request with { NoiseDraws = -1 }, "noiseDraws", "from 1" },
        { "more noise draws than trials", Request with { NoiseDraws = 11 }, "noiseDraws", "from 1 to the number of trials, 10" },
        { "one stage more than numbers to keep", Staged with { StageSamples = [2, 4, 10], StageKeep = [2, 1] }, "stageKeep", "stageSamples has 3 numbers and stageKeep 2" },
        { "noise draws with stages", Staged with { NoiseDraws = 2 }, "noiseDraws", "leave it out" },
    };

    public static TheoryData<string, ClassificationRequest, string> TooManyRows => new()
    {
        { "trials", Request with { Trials = 334 }, "3 labels × 334 trials are 1,002 rows; one request may cost at most 1,000. Send fewer labels or trials." },
        { "prompts", Request with { Template = ["a {label}", "{label}"], Trials = 167 }, "6 prompts × 167 trials are 1,002 rows; one request may cost at most 1,000. Send fewer prompts or trials." },
        { "prompts that compete", Request with { Template = ["a {label}", "{label}"], Trials = 167, PromptAggregation = PromptAggregation.Min }, "6 prompts × 167 trials" },
        { "stages", Staged with { StageSamples = [50, 300], StageKeep = [3, 1] }, "3 labels × 350 trials" }, // at most: grids may share timesteps
        { "draws at every timestep", Staged with { TrialsPerTimestep = 28 }, "3 labels × 336 trials" },
        { "draws beyond 32 bits", Staged with { TrialsPerTimestep = int.MaxValue }, "77,309,411,292 rows" },
    };

    [Theory]
    [MemberData(nameof(BadPrompts), DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(BadStages), DisableDiscoveryEnumeration = true)]
    public void A_bad_request_is_refused_with_its_field_and_what_to_do(string what, ClassificationRequest request, string field, string message)
    {
        var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(request, Text, Options));

        Assert.Equal((what, ClassificationError.InvalidRequest, field), (what, exception.Error, exception.Field));
        Assert.True(exception.Message.Contains(message, StringComparison.Ordinal), $"{what}: {exception.Message}");
    }

    [Theory]
    [MemberData(nameof(TooManyRows), DisableDiscoveryEnumeration = true)]
    public void Too_many_rows_are_refused_with_what_they_are_made_of(string what, ClassificationRequest request, string message)
    {
        var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(request, Text, Options));

        Assert.Equal((what, ClassificationError.TooManyRows, "trials"), (what, exception.Error, exception.Field));
        Assert.True(exception.Message.Contains(message, StringComparison.Ordinal), $"{what}: {exception.Message}");
    }

    /// <summary>The largest numbers there are, where 64 bits of rows would overflow.</summary>
    [Fact]
    public void Rows_beyond_64_bits_are_too_many()
    {
        var options = new EngineOptions { MaxLabels = 100_000, MaxPrompts = 100_000 };
        ModelManifest manifest = Text with { TimestepFrom = 0, TimestepTo = 1_000_000 };
        ClassificationRequest request = Staged with { Labels = [.. Enumerable.Range(0, 10_000).Select(i => new LabelSpec($"{i}"))], StageSamples = [1_000_000], StageKeep = [1], TrialsPerTimestep = int.MaxValue };

        Assert.Equal(ClassificationError.TooManyRows, Assert.Throws<ClassificationException>(() => FakeJobs.Settings(request, manifest, options)).Error);
    }

    [Fact]
    public void Prompts_for_a_model_of_classes_are_refused()
    {
        ClassificationRequest templates = Request with { Labels = null, Template = ["a {label}"] }, prompts = Request with { Labels = [new("class 1", ["one"])] };

        Assert.All((ClassificationRequest[])[templates, prompts], request =>
        {
            var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(request, Class, Options));
            Assert.Equal((ClassificationError.InvalidRequest, "template"), (exception.Error, exception.Field));
            Assert.Contains("takes no prompts", exception.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Many_labels_in_many_templates_are_refused_before_the_prompts_are_made()
    {
        ClassificationRequest request = Request with { Labels = [.. Enumerable.Range(0, 9_000).Select(i => new LabelSpec($"{i}"))], Template = [.. Enumerable.Range(0, 9_000).Select(i => $"{i} {{label}}")] };
        long before = GC.GetAllocatedBytesForCurrentThread();

        var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(request, Text, new EngineOptions()));

        Assert.Contains("81,000,000 prompts in total", exception.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000); // not the gigabytes of 81 million strings
    }

    [Theory]
    [InlineData(9, null, "holds 9 draws; this request needs 10")]
    [InlineData(10, 2, "holds 10 draws")]
    public void Noise_from_outside_with_too_few_draws_is_refused(int draws, int? trialsPerTimestep, string expected)
    {
        Submission submission = new(trialsPerTimestep is null ? Request : Staged with { TrialsPerTimestep = trialsPerTimestep }) { Noise = new StoredNoise(new float[draws], 1) };

        var exception = Assert.Throws<ClassificationException>(() => FakeJobs.Settings(submission, Text, Options));

        Assert.Equal("noise", exception.Field);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Averaged_prompts_make_one_arm_for_each_label()
    {
        LabelSet set = LabelSet.Create(new Submission(Request with { Labels = ["a", new("b", ["x", "y"]), "c"], Template = ["1 {label}", "2 {label}", "{label}{label}"] }), new LoadedModel(Text), Options);

        Assert.Equal(["1 a", "2 a", "aa", "x", "y", "1 c", "2 c", "cc"], set.Prompts);
        Assert.Equal([(0, "0 1 2"), (1, "3 4"), (2, "5 6 7")], set.Arms.Select(arm => (arm.Label, string.Join(' ', arm.Prompts))));
    }

    [Fact]
    public void Competing_prompts_make_one_arm_for_each_prompt()
    {
        LabelSet set = LabelSet.Create(new Submission(Request with { Labels = ["a", new("b", ["x", "y"])], PromptAggregation = PromptAggregation.Min }), new LoadedModel(Text), Options);

        Assert.Equal(["a photo of a a.", "x", "y"], set.Prompts);
        Assert.Equal([(0, "0"), (1, "1"), (1, "2")], set.Arms.Select(arm => (arm.Label, string.Join(' ', arm.Prompts))));
    }

    [Fact]
    public void An_empty_list_of_templates_is_the_models_own()
    {
        Assert.Equal(["a photo of a cat."], LabelSet.Create(new Submission(Request with { Labels = ["cat"], Template = [] }), new LoadedModel(Text), Options).Prompts);
    }

    [Fact]
    public void Stages_at_the_limits_are_taken()
    {
        JobSettings all = FakeJobs.Settings(Staged with { Labels = ["cat"], StageSamples = [800], StageKeep = [1] }, Text, Options);
        JobSettings equalKeeps = FakeJobs.Settings(Staged with { StageSamples = [1, 2, 2, 3], StageKeep = [3, 3, 1, 1] }, Text, Options);
        JobSettings prompts = FakeJobs.Settings(Staged with { Template = ["a {label}", "{label}"], PromptAggregation = PromptAggregation.Min, StageSamples = [2, 10], StageKeep = [6, 1] }, Text, Options);

        Assert.Equal((800, 900 - 1), (all.Plan.Count, all.Plan[799].Timestep));
        Assert.Equal(4, equalKeeps.Staged!.Ends.Count);
        Assert.Equal((6, prompts.Plan.Count * 6), (prompts.Arms.Count, prompts.FixedRows));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(9, 1, 9)]
    [InlineData(100, 10, 100)]
    [InlineData(5000, 80, 800)] // no more than the model has timesteps
    public void A_staged_request_without_stages_fits_any_number_of_trials_and_labels(int trials, int first, int last)
    {
        foreach (int labels in (int[])[1, 2, 5])
        {
            JobSettings settings = FakeJobs.Settings(Everything with { Trials = trials }, Manifests.Classes(classes: labels), new EngineOptions());

            Assert.Equal([new Stage(first, Math.Min(5, labels)), new Stage(last, 1)], settings.Staged!.Stages);
        }
    }

    [Theory]
    [InlineData(PredictionLoss.L2, "l2")]
    [InlineData(PredictionLoss.Huber, "huber")]
    [InlineData(PredictionLoss.L2Vlb, "l2-vlb")]
    public void The_word_of_a_loss_is_read_back(PredictionLoss loss, string word)
    {
        Assert.Equal(word, EnumWords.Of(loss));
        Assert.True(EnumWords.TryParse(word.ToUpperInvariant(), out PredictionLoss read));
        Assert.Equal(loss, read);
        Assert.False(EnumWords.TryParse<PredictionLoss>("0", out _));
        Assert.False(EnumWords.TryParse<PredictionLoss>(null, out _));
    }
}
