using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Answers;

public sealed class SharedAnswerTests : IDisposable
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 16 }; // 80 rows, 20 batches

    private readonly StoredAnswers _answers = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FakeDiffusionModel _model = new(Manifests.Classes(), 4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact(Timeout = Patience)]
    public async Task The_same_question_is_answered_from_what_is_known()
    {
        using TestEngine engine = await StartAsync();
        ClassificationResult first = await engine.ClassifyAsync(Request);
        int batches = _model.Batches;

        ClassificationResult second = await engine.ClassifyAsync(new Submission(Request) { Caller = new Caller("another") });

        Assert.Equal(batches, _model.Batches);
        Assert.Equal((false, 80), (first.Cost.Cached, first.Cost.Rows));
        Assert.Equal((true, 0, 80, 0, 0d), (second.Cost.Cached, second.Cost.Rows, second.Cost.FixedRows, second.Cost.Batches, second.Cost.ComputeSeconds));
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(first with { Id = "", Cost = second.Cost }, second with { Id = "" });
    }

    [Fact(Timeout = Patience)]
    public async Task A_question_that_is_known_needs_no_place_and_no_decoder()
    {
        using TestEngine engine = await StartAsync();
        await engine.ClassifyAsync(Request);
        int released = 0, decoded = 0;
        engine.Images.BeforeLoad = () => decoded++;
        ClassificationHandle handle = engine.Host.Engine.Submit(new Submission(Request) { ReleaseImage = () => released++, Caller = new Caller("none", MaxActiveRequests: 0) }, Cancellation);

        await handle.Admitted;
        await handle.Result;

        Assert.Equal((1, 0), (released, decoded));
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_that_asks_what_another_is_being_answered_gets_that_answer()
    {
        using TestEngine engine = await StartAsync();
        using var gate = new Gate();
        int before = _model.Batches;
        _model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> first = engine.ClassifyAsync(Request);
        await gate.Reached;
        Task<ClassificationResult> second = engine.ClassifyAsync(Request);
        int active = engine.Host.Engine.ActiveRequests;

        gate.Open();

        Assert.Equal((await first).Labels, (await second).Labels);
        Assert.Equal((false, true, 1, before + 20), ((await first).Cost.Cached, (await second).Cost.Cached, active, _model.Batches));
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_whose_forerunner_is_canceled_takes_over_for_the_others()
    {
        using TestEngine engine = await StartAsync();
        using var gate = new Gate();
        using var gone = new CancellationTokenSource();
        _model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> first = engine.ClassifyForAsync(Request, null, gone.Token);
        await gate.Reached;
        Task<ClassificationResult>[] others = [.. Enumerable.Range(0, 5).Select(_ => engine.ClassifyAsync(Request))];

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.Open();

        ClassificationResult[] results = await Task.WhenAll(others);
        Assert.Single(results, result => !result.Cost.Cached);
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_whose_forerunner_fails_runs_by_itself()
    {
        using TestEngine engine = await StartAsync();
        using var gate = new Gate();
        bool fails = true;
        engine.Images.BeforeLoad = () =>
        {
            if (!fails)
                return;
            gate.Pass();
            fails = false;
            throw new ClassificationException(ClassificationError.InvalidImage, "not this time");
        };
        Task<ClassificationResult> first = engine.ClassifyAsync(Request);
        await gate.Reached;
        Task<ClassificationResult> second = engine.ClassifyAsync(Request);

        gate.Open();

        await Assert.ThrowsAsync<ClassificationException>(() => first);
        Assert.False((await second).Cost.Cached);
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_that_is_canceled_while_it_waits_for_another_leaves_that_alone()
    {
        using TestEngine engine = await StartAsync();
        using var gate = new Gate();
        using var gone = new CancellationTokenSource();
        _model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> first = engine.ClassifyAsync(Request);
        await gate.Reached;
        Task<ClassificationResult> second = engine.ClassifyForAsync(Request, null, gone.Token);

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.Open();

        Assert.True((await first).Decision.Complete);
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_does_not_wait_for_one_of_a_lower_class()
    {
        using TestEngine engine = await StartAsync();
        using var gate = new Gate();
        _model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> bulk = engine.ClassifyAsync(Request with { Priority = PriorityClass.Bulk });
        await gate.Reached;
        Task<ClassificationResult> interactive = engine.ClassifyAsync(Request);
        int active = engine.Host.Engine.ActiveRequests;
        gate.Open();
        await Task.WhenAll(bulk, interactive);

        Assert.Equal(2, active);
        Assert.True((await engine.ClassifyAsync(Request)).Cost.Cached);
    }

    [Fact(Timeout = Patience)]
    public async Task An_answer_that_a_deadline_cut_short_is_not_kept()
    {
        using TestEngine engine = await StartAsync();
        using var gate = new Gate();
        int batches = 0;
        _model.BeforePredict = _ =>
        {
            if (++batches == 8)
                gate.Pass();
        };
        Task<ClassificationResult> late = engine.ClassifyAsync(Request with { DeadlineMs = 500 });
        await gate.Reached;
        await Eventually.Holds(() => engine.Host.Engine.ReservedRows <= 80 - 28);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        ClassificationResult cut = await late;
        gate.Open();

        ClassificationResult whole = await engine.ClassifyAsync(Request);

        Assert.Equal((false, true, false), (cut.Decision.Complete, whole.Decision.Complete, whole.Cost.Cached));
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_with_a_deadline_gets_what_is_known()
    {
        using TestEngine engine = await StartAsync();
        await engine.ClassifyAsync(Request);

        Assert.True((await engine.ClassifyAsync(Request with { DeadlineMs = 1 })).Cost.Cached);
    }

    [Fact(Timeout = Patience)]
    public async Task Noise_from_outside_is_no_question_that_comes_again()
    {
        using TestEngine engine = await StartAsync();

        await engine.ClassifyAsync(new Submission(Request) { Noise = new CountedNoise(awaited: 1) });

        Assert.Equal(0, _answers.Count);
        Assert.False((await engine.ClassifyAsync(Request)).Cost.Cached);
    }

    [Fact(Timeout = Patience)]
    public async Task A_match_is_known_image_by_image()
    {
        using TestEngine engine = await StartAsync();
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());
        MatchRequest pair = new() { Images = [new byte[] { 1 }, new byte[] { 2 }], Captions = ["class 1", "class 2"] };
        MatchResult first = await matcher.MatchAsync(pair, Caller.Anonymous, cancellationToken: Cancellation);

        MatchResult again = await matcher.MatchAsync(pair, Caller.Anonymous, cancellationToken: Cancellation);
        MatchResult half = await matcher.MatchAsync(pair with { Images = [new byte[] { 1 }, new byte[] { 3 }] }, Caller.Anonymous, cancellationToken: Cancellation);

        Assert.Equal((true, 0), (again.Cost.Cached, again.Cost.Rows));
        Assert.Equal(first.Images.SelectMany(image => image.Scores), again.Images.SelectMany(image => image.Scores));
        Assert.Equal((false, first.Cost.Rows / 2), (half.Cost.Cached, half.Cost.Rows));
    }

    [Fact(Timeout = Patience)]
    public async Task The_same_image_twice_in_a_match_does_not_wait_for_itself()
    {
        using TestEngine engine = await StartAsync();
        var matcher = new ImageTextMatcher(engine.Host.Engine, new EngineOptions());
        MatchRequest twice = new() { Images = [new byte[] { 1 }, new byte[] { 1 }], Captions = ["class 1", "class 2"] };

        MatchResult result = await matcher.MatchAsync(twice, Caller.Anonymous, cancellationToken: Cancellation).WaitAsync(Cancellation);

        Assert.Equal(result.Images[0].Scores, result.Images[1].Scores);
    }

    [Fact(Timeout = Patience)]
    public async Task Where_answers_come_from_is_counted()
    {
        using TestEngine engine = await StartAsync();
        using var metrics = new RecordedMetrics(engine.Meter);

        await engine.ClassifyAsync(Request);
        await engine.ClassifyAsync(Request);

        Assert.Equal((1, 1, 0), (metrics["dc.answers", "result=miss"], metrics["dc.answers", "result=hit"], metrics["dc.answers", "result=joined"]));
        Assert.InRange(metrics["dc.answers.size"], 1_000, 100_000);
    }

    private Task<TestEngine> StartAsync() => TestEngine.StartKeepingAsync(_answers, _time, _model);
}
