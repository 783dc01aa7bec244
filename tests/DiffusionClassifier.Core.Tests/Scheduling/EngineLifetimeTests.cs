using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EngineLifetimeTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 20 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Every_model_is_warmed_with_its_largest_batch_first()
    {
        List<int> buckets = [];
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2, 8) { BeforePredict = batch => buckets.Add(batch.Bucket) };
        using var engine = new TestEngine(new FakeModelSource(model));
        bool before = engine.Host.IsReady;

        await engine.Host.StartAsync(Cancel);

        Assert.Equal([8, 8, 8, 8, 2, 1], buckets); // that one again and again: it is timed
        Assert.Equal((false, true), (before, engine.Host.IsReady));
    }

    [Fact(Timeout = Patience)]
    public async Task A_model_that_cannot_be_opened_says_why_and_no_request_is_answered()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using var engine = new TestEngine(new FakeModelSource(model) { BeforeOpen = _ => throw new InvalidDataException("model.onnx: truncated") });
        Task<ClassificationResult> early = engine.ClassifyAsync(Request);

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => engine.Host.StartAsync(Cancel));

        Assert.Equal("model.onnx: truncated", exception.Message);
        Assert.False(engine.Host.IsReady);
        await Assert.ThrowsAsync<ClassificationException>(() => early);
        await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_before_the_start_waits_for_it()
    {
        using var engine = new TestEngine(new FakeModelSource(new FakeDiffusionModel(Manifests.Classes(), 4)));
        Task<ClassificationResult> early = engine.ClassifyAsync(Request);

        await engine.Host.StartAsync(Cancel);

        Assert.Equal(100, (await early).Cost.Rows);
    }

    [Fact(Timeout = Patience)]
    public async Task A_drain_refuses_new_requests_and_finishes_those_that_run()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        using var gate = new Gate();
        model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> running = engine.ClassifyAsync(Request), waiting = engine.ClassifyAsync(Request);
        await gate.Reached;

        Task drain = engine.Host.DrainAsync(Cancel);
        var refused = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));
        bool early = drain.IsCompleted;
        gate.Open();
        await drain;

        Assert.Equal(ClassificationError.Draining, refused.Error);
        Assert.NotNull(refused.RetryAfter);
        Assert.False(early);
        Assert.False(engine.Host.IsReady);
        Assert.Equal((100, 100), ((await running).Cost.Rows, (await waiting).Cost.Rows));
    }

    [Fact(Timeout = Patience)]
    public async Task A_drain_waits_for_an_admitted_request_that_still_decodes_its_image()
    {
        var time = new FakeTimeProvider();
        using TestEngine engine = await TestEngine.StartAsync(null, time, new FakeDiffusionModel(Manifests.Classes(), 4));
        using var gate = new Gate();
        engine.Images.BeforeLoad = gate.Pass;
        Task<ClassificationResult> decoding = Task.Run(() => engine.ClassifyAsync(Request), Cancel);
        await gate.Reached;

        Task drain = engine.Host.DrainAsync(Cancel);
        bool early = drain.IsCompleted;
        gate.Open();

        Assert.False(early);
        Assert.Equal(100, (await decoding).Cost.Rows);
        time.Advance(TimeSpan.FromSeconds(1));
        await drain;
    }

    [Fact(Timeout = Patience)]
    public async Task A_drain_whose_time_is_up_fails_what_is_left()
    {
        var time = new FakeTimeProvider();
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(new EngineOptions { DrainTimeout = TimeSpan.FromSeconds(20) }, time, model);
        using Gate device = new(), decoder = new();
        model.BeforePredict = _ => device.Pass();
        Task<ClassificationResult> running = engine.ClassifyAsync(Request);
        await device.Reached;
        engine.Images.BeforeLoad = decoder.Pass;
        Task<ClassificationResult> decoding = Task.Run(() => engine.ClassifyAsync(Request), Cancel);
        await decoder.Reached;

        Task drain = engine.Host.DrainAsync(Cancel);
        time.Advance(TimeSpan.FromSeconds(19));
        bool early = drain.IsCompleted || running.IsCompleted;
        time.Advance(TimeSpan.FromSeconds(1));
        await drain;

        Assert.False(early);
        var exception = await Assert.ThrowsAsync<ClassificationException>(() => running);
        Assert.Equal(ClassificationError.Draining, exception.Error);
        decoder.Open();
        exception = await Assert.ThrowsAsync<ClassificationException>(() => decoding);
        Assert.Equal(ClassificationError.Draining, exception.Error);
        device.Open();
    }

    [Fact(Timeout = Patience)]
    public async Task Disposing_the_engine_fails_running_requests_and_closes_the_models()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(model);
        using var gate = new Gate();
        model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> running = engine.ClassifyAsync(Request with { Trials = 1000 });
        await gate.Reached;

        Task stop = Task.Run(engine.Host.Dispose, Cancel);
        gate.Open();
        await stop;

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => running);
        Assert.Equal(ClassificationError.Draining, exception.Error);
        Assert.True(model.IsDisposed);
        await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));
    }

    [Fact(Timeout = Patience)]
    public async Task Disposing_the_engine_fails_requests_that_still_decode_their_images()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 4));
        using var gate = new Gate();
        engine.Images.BeforeLoad = gate.Pass;
        Task<ClassificationResult>[] decoding = [.. Enumerable.Range(0, Environment.ProcessorCount + 2).Select(_ => Task.Run(() => engine.ClassifyAsync(Request), Cancel))];
        await gate.Reached;

        engine.Host.Dispose();
        gate.Open();

        foreach (Task<ClassificationResult> task in decoding)
            Assert.Equal(ClassificationError.Draining, (await Assert.ThrowsAsync<ClassificationException>(() => task)).Error);
    }

    [Fact]
    public void An_engine_may_be_disposed_without_a_start_and_twice()
    {
        using var engine = new TestEngine(new FakeModelSource(new FakeDiffusionModel(Manifests.Classes(), 4)));

        engine.Host.Dispose();

        Assert.False(engine.Host.IsReady);
    }

    [Fact]
    public void No_model_and_an_unknown_default_are_refused()
    {
        var one = new FakeDiffusionModel(Manifests.Classes("one"), 4);

        Assert.Throws<ArgumentException>(() => new TestEngine(new FakeModelSource()));
        var exception = Assert.Throws<ArgumentException>(() => new TestEngine(new FakeModelSource(one), new EngineOptions { DefaultModel = "two" }));

        Assert.Contains("'two'", exception.Message, StringComparison.Ordinal);
    }
}
