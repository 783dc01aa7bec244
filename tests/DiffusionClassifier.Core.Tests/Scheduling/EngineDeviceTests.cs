using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EngineDeviceTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 16 };

    [Fact(Timeout = Patience)]
    public async Task A_device_that_throws_on_one_row_fails_that_request_alone()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2, 4, 8, 16);
        using TestEngine engine = await TestEngine.StartAsync(model);
        ClassificationResult alone = await engine.ClassifyAsync(Request with { Labels = ["class 1"] });
        model.BeforePredict = batch =>
        {
            if (batch.Conditionings.Take(batch.Bucket).Contains(new ClassConditioning(3)) && batch.Timesteps.Take(batch.Bucket).Contains(475))
                throw new InvalidOperationException("this row is bad");
        };

        Task<ClassificationResult> poisoned = engine.ClassifyAsync(Request with { Labels = ["class 3"] });
        Task<ClassificationResult>[] others = [.. Enumerable.Range(0, 6).Select(_ => engine.ClassifyAsync(Request with { Labels = ["class 1"] }))];

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => poisoned);
        Assert.Equal(ClassificationError.ModelFailure, exception.Error);
        Assert.All(await Task.WhenAll(others), result => Assert.Equal(alone.Labels[0].MeanError, result.Labels[0].MeanError));
        Assert.True(engine.Host.IsAlive);
    }

    [Fact(Timeout = Patience)]
    public async Task A_device_that_runs_out_of_memory_reloads_the_model_and_runs_smaller_batches()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4, 8, 16);
        var source = new FakeModelSource(model);
        int opened = 0;
        source.BeforeOpen = _ => opened++;
        using var engine = new TestEngine(source);
        await engine.Host.StartAsync(TestContext.Current.CancellationToken);
        ClassificationResult expected = await engine.ClassifyAsync(Request);
        List<int> sizes = [];
        model.BeforePredict = batch =>
        {
            if (batch.Bucket > 8)
                throw new DeviceOutOfMemoryException("no room");
            sizes.Add(batch.Bucket);
        };

        ClassificationResult result = await engine.ClassifyAsync(Request);

        Assert.Equal(expected.Labels.Select(label => label.MeanError), result.Labels.Select(label => label.MeanError));
        Assert.InRange(opened, 2, 3); // at the start, and for the one or two batches that were in the pipeline
        Assert.Equal(8, sizes.Max());
    }

    [Fact(Timeout = Patience)]
    public async Task While_a_device_reloads_the_model_no_batch_is_written()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2);
        var source = new FakeModelSource(model);
        using var engine = new TestEngine(source);
        await engine.Host.StartAsync(TestContext.Current.CancellationToken);
        ClassificationResult expected = await engine.ClassifyAsync(Request);
        source.BeforeOpen = _ => Thread.Sleep(100); // time enough to write into buffers that are gone: a row that is tried again alone would fail
        model.BeforePredict = batch =>
        {
            if (batch.Bucket > 1)
                throw new DeviceOutOfMemoryException("no room");
        };

        ClassificationResult result = await engine.ClassifyAsync(Request);

        Assert.Equal(expected.Labels.Select(label => label.MeanError), result.Labels.Select(label => label.MeanError));
    }

    [Fact(Timeout = Patience)]
    public async Task A_device_that_is_given_up_leaves_its_work_to_the_other()
    {
        (FakeDiffusionModel first, FakeDiffusionModel second) = (new(Manifests.Classes(), 4), new(Manifests.Classes(), 4));
        var source = new TwinSource(first, second);
        using var engine = new TestEngine(source, new EngineOptions { Devices = [new DeviceOptions { Batch = 4 }, new DeviceOptions { Id = 1, Batch = 4 }] });
        await engine.Host.StartAsync(TestContext.Current.CancellationToken);
        using var gate = new Gate();
        second.BeforePredict = _ => gate.Pass(); // until the first is given up: it has all the rows to fail until then
        first.BeforePredict = _ => throw new DeviceOutOfMemoryException("no room");
        source.BeforeOpen = _ => throw new InvalidOperationException("no device");

        Task<ClassificationResult> running = engine.ClassifyAsync(Request);
        await Eventually.Holds(() => !engine.Host.IsAlive);
        gate.Open();

        Assert.Equal(80, (await running).Cost.Rows);
        Assert.Equal(80, (await engine.ClassifyAsync(Request)).Cost.Rows);
        Assert.True(engine.Host.IsReady);
    }

    [Fact(Timeout = Patience)]
    public async Task When_the_last_device_is_given_up_its_requests_and_later_ones_fail()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 4, 8);
        var source = new FakeModelSource(model);
        using var engine = new TestEngine(source);
        await engine.Host.StartAsync(TestContext.Current.CancellationToken);
        model.BeforePredict = _ => throw new DeviceOutOfMemoryException("no room");
        source.BeforeOpen = _ => throw new InvalidOperationException("no device");

        for (int i = 0; i < 2; i++)
        {
            var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));
            Assert.Equal(ClassificationError.ModelFailure, exception.Error);
        }

        Assert.False(engine.Host.IsReady);
        Assert.Equal(0, engine.Host.Engine.ActiveRequests);
    }

    [Theory(Timeout = Patience)]
    [InlineData(null)]
    [InlineData(16)]
    public async Task A_device_without_memory_for_the_largest_batches_starts_with_smaller_ones(int? batchSize)
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2, 4, 8, 16);
        List<int> sizes = [];
        model.BeforePredict = batch =>
        {
            sizes.Add(batch.Bucket);
            if (batch.Bucket > 4)
                throw new DeviceOutOfMemoryException("no room");
        };
        var source = new FakeModelSource(model);
        int opened = 0;
        source.BeforeOpen = _ => opened++;
        using var engine = new TestEngine(source, new EngineOptions { Devices = [new DeviceOptions { Batch = batchSize }] });

        await engine.Host.StartAsync(TestContext.Current.CancellationToken);
        ClassificationResult result = await engine.ClassifyAsync(Request);

        Assert.Equal(3, opened); // once more after 16 rows, and after 8
        Assert.Equal([16, 8], sizes.Where(size => size > 4));
        Assert.True(result.Decision.Complete);
    }

    [Fact(Timeout = Patience)]
    public async Task A_device_without_memory_for_a_single_row_does_not_start()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2) { BeforePredict = _ => throw new DeviceOutOfMemoryException("no room") };
        using var engine = new TestEngine(new FakeModelSource(model));

        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => engine.Host.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Patience)]
    public async Task A_device_that_has_no_memory_for_one_row_later_on_fails_the_request()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2);
        using TestEngine engine = await TestEngine.StartAsync(model);
        model.BeforePredict = _ => throw new DeviceOutOfMemoryException("no room");

        var exception = await Assert.ThrowsAsync<ClassificationException>(() => engine.ClassifyAsync(Request));
        model.BeforePredict = null;

        Assert.Equal(ClassificationError.ModelFailure, exception.Error);
        Assert.Equal(80, (await engine.ClassifyAsync(Request)).Cost.Rows);
    }

    [Fact(Timeout = Patience)]
    public async Task A_device_that_hangs_is_no_longer_alive()
    {
        var time = new FakeTimeProvider();
        var model = new FakeDiffusionModel(Manifests.Classes(), 4);
        using TestEngine engine = await TestEngine.StartAsync(new EngineOptions { RunTimeout = TimeSpan.FromSeconds(60) }, time, model);
        using var gate = new Gate();
        model.BeforePredict = _ => gate.Pass();
        Task<ClassificationResult> stuck = engine.ClassifyAsync(Request);
        await gate.Reached;

        time.Advance(TimeSpan.FromSeconds(59));
        bool before = engine.Host.IsAlive;
        time.Advance(TimeSpan.FromSeconds(2));
        (bool alive, string[] broken) = (engine.Host.IsAlive, [.. engine.Host.BrokenDevices]);
        gate.Open();
        await stuck;

        Assert.Equal((true, false), (before, alive));
        Assert.Equal(["cpu:0"], broken);
        Assert.True(engine.Host.IsAlive);
    }

    [Fact(Timeout = Patience)]
    public async Task Several_devices_share_one_request()
    {
        var first = new FakeDiffusionModel(Manifests.Classes(), 4);
        var second = new FakeDiffusionModel(Manifests.Classes(), 4);
        using var engine = new TestEngine(new TwinSource(first, second), new EngineOptions { Devices = [new DeviceOptions { Batch = 4 }, new DeviceOptions { Id = 1, Batch = 4 }] });
        await engine.Host.StartAsync(TestContext.Current.CancellationToken);
        using var gate = new Gate();
        first.BeforePredict = _ => gate.Pass(); // holds eight rows at most: the other device runs all the rest

        Task<ClassificationResult> running = engine.ClassifyAsync(Request with { Trials = 200 });
        await Eventually.Holds(() => engine.Host.Engine.ReservedRows <= 8);
        gate.Open();
        ClassificationResult result = await running;

        using TestEngine one = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 4));
        ClassificationResult expected = await one.ClassifyAsync(Request with { Trials = 200 });
        Assert.Equal(expected.Labels.Select(label => label.MeanError), result.Labels.Select(label => label.MeanError));
    }

    [Fact]
    public void Devices_that_do_not_fit_the_models_are_refused_with_the_reason()
    {
        Assert.Contains("would run none", Refused(new DeviceOptions { Models = ["nothing"] }), StringComparison.Ordinal);
        Assert.Contains("twice", Refused(new DeviceOptions(), new DeviceOptions()), StringComparison.Ordinal);
        Assert.Contains("No device runs the model 'two'", Refused(new DeviceOptions { Models = ["one"] }), StringComparison.Ordinal);
    }

    private static string Refused(params DeviceOptions[] devices)
    {
        var source = new FakeModelSource(new FakeDiffusionModel(Manifests.Classes("one"), 4), new FakeDiffusionModel(Manifests.Classes("two"), 4));
        return Assert.Throws<ArgumentException>(() => new TestEngine(source, new EngineOptions { Devices = devices })).Message;
    }

    private sealed class TwinSource(params FakeDiffusionModel[] twins) : IModelSource
    {
        public IReadOnlyList<ModelManifest> Manifests { get; } = [twins[0].Manifest];

        public Action<DeviceOptions>? BeforeOpen { get; set; }

        public IDiffusionModel Open(string modelId, DeviceOptions device)
        {
            BeforeOpen?.Invoke(device);
            return twins[device.Id];
        }
    }
}
