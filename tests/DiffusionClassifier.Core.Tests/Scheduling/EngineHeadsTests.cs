using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>A model that predicts for every class at once answers as one that is told the class, with one row a trial.</summary>
public sealed class EngineHeadsTests
{
    private const int Classes = 5, Trials = 64;

    private static ClassificationRequest Request => new() { Image = new byte[] { 5 }, Trials = Trials, Seed = 3 };

    public static TheoryData<ClassificationRequest> Requests =>
    [
        Request with { Strategy = Strategy.Fixed },
        Request with { Strategy = Strategy.Race },
        Request with { Strategy = Strategy.Race, TopK = 2, Labels = ["class 4", "class 0", "class 2"] },
        Request with { Strategy = Strategy.Fast, Loss = PredictionLoss.Huber },
        Request with { Strategy = Strategy.Staged, Trials = null, StageSamples = [4, 16], StageKeep = [2, 1] },
        Request with { Strategy = Strategy.Fixed, Labels = ["class 3"], Trials = 1 },
        Request with { Strategy = Strategy.Race, Weighting = Weighting.ClarkJaini, Priors = [1, 2, 3, 0, 1] },
        Request with { Strategy = Strategy.Fixed, Deterministic = true, Trials = 7 },
        Request with { Strategy = Strategy.Race, Explain = "true" },
        Request with { Strategy = Strategy.Fixed, Explain = "class 1" },
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task The_answer_is_that_of_a_model_which_is_told_the_class(ClassificationRequest request)
    {
        using TestEngine told = await StartAsync(allAtOnce: false), heads = await StartAsync(allAtOnce: true);

        ClassificationResult expected = await told.ClassifyAsync(request), result = await heads.ClassifyAsync(request);

        Assert.Equal(expected.Labels, result.Labels);
        Assert.Equal(expected.Decision, result.Decision);
        Assert.Equal(expected.Explanation?.Values, result.Explanation?.Values);
        Assert.Equal(result.Decision.Trials, result.Cost.Rows);
        Assert.Equal(result.Decision.MaxTrials, result.Cost.FixedRows);
    }

    [Fact]
    public async Task Many_requests_at_once_get_the_answers_that_each_gets_alone()
    {
        using TestEngine engine = await StartAsync(allAtOnce: true);
        ClassificationRequest[] requests = [.. Enumerable.Range(0, 40).Select(i => Request with { Seed = (ulong)i, Strategy = i % 2 == 0 ? Strategy.Race : Strategy.Fixed })];
        List<ClassificationResult> alone = [];
        foreach (ClassificationRequest request in requests)
            alone.Add(await engine.ClassifyAsync(request));

        ClassificationResult[] together = await Task.WhenAll(requests.Select(request => engine.ClassifyAsync(request)));

        Assert.Equal(alone.Select(result => result.Labels), together.Select(result => result.Labels));
    }

    [Fact]
    public async Task The_rows_that_are_left_fall_to_none()
    {
        using TestEngine engine = await StartAsync(allAtOnce: true);
        var news = new RecordedProgress();

        ClassificationResult result = await engine.ClassifyAsync(Request with { Strategy = Strategy.Fixed }, news);

        Assert.Equal(Trials, result.Cost.Rows);
        Assert.All(news.Reports, report => Assert.Equal(Trials, report.MaxRows));
        Assert.Equal(Trials, news.Reports[^1].Rows);
    }

    [Fact]
    public async Task A_batch_that_fails_is_run_again_row_by_row()
    {
        var model = new FakeDiffusionModel(Manifest(allAtOnce: true), 1, 2, 4, 8);
        using TestEngine engine = await TestEngine.StartAsync(model), other = await StartAsync(allAtOnce: true);
        int calls = 0;
        model.BeforePredict = _ => ThrowOnce(ref calls);

        ClassificationResult result = await engine.ClassifyAsync(Request), expected = await other.ClassifyAsync(Request);

        Assert.Equal(expected.Labels, result.Labels);
    }

    [Fact]
    public async Task A_head_that_gives_no_numbers_keeps_the_model_from_being_offered()
    {
        var model = new FakeDiffusionModel(Manifest(allAtOnce: true), 1, 2, 4, 8) { AfterPredict = batch => batch.Predicted(0, head: 3)[1] = float.NaN };

        await Assert.ThrowsAnyAsync<Exception>(() => TestEngine.StartAsync(model));
    }

    [Fact]
    public async Task A_request_that_is_small_in_rows_is_interactive()
    {
        using TestEngine engine = await StartAsync(allAtOnce: true, new EngineOptions { InteractiveRows = Trials });

        Assert.Equal(PriorityClass.Interactive, engine.Host.Engine.Prepare(new(Request)).Priority);
    }

    private static void ThrowOnce(ref int calls)
    {
        if (++calls == 1)
            throw new InvalidOperationException("a device that fails once");
    }

    private static ModelManifest Manifest(bool allAtOnce) => Manifests.Classes(classes: Classes) with { AllClassesAtOnce = allAtOnce };

    private static Task<TestEngine> StartAsync(bool allAtOnce, EngineOptions? options = null) =>
        TestEngine.StartAsync(options, null, new FakeDiffusionModel(Manifest(allAtOnce), 1, 2, 4, 8));
}
