using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EngineAdmissionTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly EngineOptions Options = new() { MaxActiveRequests = 3 };
    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 16 }; // 80 rows

    [Fact(Timeout = Patience)]
    public async Task More_requests_than_fit_are_refused_until_one_is_answered()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(Options, null, model);
        using var gate = new Gate();
        model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult>[] admitted = [.. Enumerable.Range(0, 3).Select(_ => engine.ClassifyAsync(Request))];
        await gate.Reached;

        var refused = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));
        long reserved = engine.Host.Engine.ReservedRows;
        gate.Open();
        await Task.WhenAll(admitted);
        await engine.ClassifyAsync(Request);

        Assert.Equal(ClassificationError.Overloaded, refused.Error);
        Assert.InRange(refused.RetryAfter!.Value.TotalSeconds, 1, 3600);
        Assert.Equal((240, 0), (reserved, engine.Host.Engine.ReservedRows));
    }

    [Fact(Timeout = Patience)]
    public async Task A_tenant_with_its_share_of_requests_is_over_quota_while_others_are_not()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(Options, null, model);
        using var gate = new Gate();
        model.BeforePredict = _ => gate.Pass();
        Submission limited = new(Request) { Caller = new Caller("limited", MaxActiveRequests: 1) };
        Task<ClassificationResult> first = engine.ClassifyAsync(limited);
        await gate.Reached;

        var refused = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(limited));
        Task<ClassificationResult> other = engine.ClassifyAsync(new Submission(Request) { Caller = new Caller("other", MaxActiveRequests: 1) });
        gate.Open();
        await Task.WhenAll(first, other);

        Assert.Equal(ClassificationError.QuotaExceeded, refused.Error);
        Assert.NotNull(refused.RetryAfter);
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_is_refused_while_others_hold_the_memory_for_prompts_and_answered_when_they_have_ended()
    {
        var model = new FakeDiffusionModel(Manifests.Text() with { PromptBytes = 1 << 20 }, 4);
        using TestEngine engine = await TestEngine.StartAsync(new EngineOptions { MaxPromptBytes = 3 << 20 }, null, model);
        using var gate = new Gate();
        model.BeforePredict = _ => gate.Pass();
        ClassificationRequest two = new() { Image = Request.Image, Labels = ["cat", "dog"] };
        Task<ClassificationResult> first = engine.ClassifyAsync(two);
        await gate.Reached;

        var refused = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(two with { Labels = ["ship", "frog"] }));
        Task<ClassificationResult> shares = engine.ClassifyAsync(two with { Labels = ["cat", "frog"] });
        gate.Open();
        await Task.WhenAll(first, shares);
        await engine.ClassifyAsync(two with { Labels = ["ship", "frog"] });

        Assert.Equal(ClassificationError.Overloaded, refused.Error);
        Assert.NotNull(refused.RetryAfter);
    }

    [Fact(Timeout = Patience)]
    public async Task More_prompts_than_there_is_ever_memory_for_are_the_callers_error()
    {
        var model = new FakeDiffusionModel(Manifests.Text() with { PromptBytes = 1 << 20 }, 4);
        using TestEngine engine = await TestEngine.StartAsync(new EngineOptions { MaxPromptBytes = 3 << 20 }, null, model);

        var refused = await Assert.ThrowsAsync<ClassificationException>(
            () => engine.ClassifyAsync(new ClassificationRequest { Image = Request.Image, Labels = ["a", "b", "c", "d"] }));

        Assert.Equal((ClassificationError.InvalidRequest, "labels"), (refused.Error, refused.Field));
        Assert.StartsWith("4 prompts take 4 MiB as 'tiny' reads them; one request may have 3 MiB (Engine:MaxPromptBytes).", refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task Rows_that_have_run_are_no_longer_reserved()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 4, "tiny");
        List<long> reserved = [];
        ClassificationJob job = FakeJobs.Create(labels: 5, trials: 16, remaining: reserved.Add);

        scheduler.Submit(job);
        device.RunToEnd();
        await job.Completion;

        Assert.Equal(Enumerable.Range(1, 20).Select(batch => 80L - 4 * batch), reserved);
    }

    [Fact(Timeout = Patience)]
    public async Task Requests_that_fail_give_their_reservation_back()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(Options, null, model);

        model.BeforePredict = _ => throw new InvalidOperationException();
        for (int i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));
            await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request with { Image = FakeImagePreprocessor.BadPixels }));
        }

        Assert.Equal(0, engine.Host.Engine.ReservedRows);
    }

    [Fact(Timeout = Patience)]
    public async Task Of_many_requests_at_once_no_more_than_the_limit_are_ever_admitted()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(Options, null, model);
        int most = 0;
        model.BeforePredict = _ => most = Math.Max(most, engine.Host.Engine.ActiveRequests);

        ClassificationError?[] outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => Outcome(Request with { Trials = 1 + i % 10 }), TestContext.Current.CancellationToken)));

        Assert.All(outcomes, outcome => Assert.True(outcome is null or ClassificationError.Overloaded));
        Assert.Contains(null, outcomes);
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, engine.Host.Engine.ReservedRows);

        async Task<ClassificationError?> Outcome(ClassificationRequest request)
        {
            try
            {
                await engine.ClassifyAsync(request);
                return null;
            }
            catch (ClassificationException exception)
            {
                return exception.Error;
            }
        }
    }
}
