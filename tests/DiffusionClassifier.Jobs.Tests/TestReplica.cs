using System.Diagnostics.Metrics;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Hosting;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.Telemetry;
using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionClassifier.Jobs.Tests;

/// <summary>The real engine on a fake model, with a real silo beside it: a server without HTTP.</summary>
internal sealed class TestReplica : IAsyncDisposable
{
    private readonly Meter _meter = new("test");

    private TestReplica(JobsOptions options, FakeDiffusionModel model, string version, ResidencyOptions? residency)
    {
        Model = model;
        Host = new EngineHost(
            new FakeModelSource(model), new FakeImagePreprocessor(), new EngineOptions { Devices = [new() { Batch = 8 }] }, TimeProvider.System, new EngineMetrics(_meter), NullLoggerFactory.Instance,
            residency: residency);
        var devices = new LocalDevices(Host.Engine, new ImageTextMatcher(Host.Engine, new EngineOptions()), _ => version);
        Silo = new SiloSupervisor(options, devices, new JobMetrics(_meter), TimeProvider.System, NullLoggerFactory.Instance);
        Jobs = new JobService(Silo, devices);
        Batches = new BatchService(Silo, devices, options);
    }

    public FakeDiffusionModel Model { get; }

    public EngineHost Host { get; }

    public SiloSupervisor Silo { get; }

    public JobService Jobs { get; }

    public BatchService Batches { get; }

    /// <summary>A model whose speed replicas can rely on from the start: a fake's own says nothing, and work is divided by it.</summary>
    public static FakeDiffusionModel SlowModel() => new(Manifests.Classes(), 1, 2, 4, 8) { AfterPredict = _ => RunBatch() };

    /// <summary>Takes as long as a batch of <see cref="SlowModel"/>.</summary>
    public static void RunBatch() => Thread.Sleep(4);

    public static async Task<TestReplica> StartAsync(TemporaryFolder folder, Func<JobsOptions, JobsOptions>? change = null, string version = "1", FakeDiffusionModel? model = null,
        ResidencyOptions? residency = null)
    {
        JobsOptions options = new() { Folder = folder.Path, BlockSeconds = 0.05, StoreEvery = TimeSpan.FromMilliseconds(50) };
        var replica = new TestReplica(change?.Invoke(options) ?? options, model ?? new FakeDiffusionModel(Manifests.Classes(), 1, 2, 4, 8), version, residency);
        await replica.Host.StartAsync(TestContext.Current.CancellationToken);
        await replica.Silo.StartAsync(TestContext.Current.CancellationToken);
        return replica;
    }

    /// <summary>The job when it has ended.</summary>
    public async Task<JobDescription> EndOfAsync(string id, string tenant = "ada")
    {
        JobDescription? last = null;
        await foreach (JobDescription job in Jobs.WatchAsync(id, tenant, TestContext.Current.CancellationToken))
            last = job;
        return last!;
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.StopAsync(CancellationToken.None);
        Host.Dispose();
        _meter.Dispose();
    }
}
