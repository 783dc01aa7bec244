using System.Diagnostics.Metrics;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Answers;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>The real engine on fake models and fake images.</summary>
internal sealed class TestEngine : IDisposable
{
    public TestEngine(IModelSource source, EngineOptions? options = null, TimeProvider? time = null, IAnswerStore? answers = null, ResidencyOptions? residency = null)
    {
        Host = new EngineHost(source, Images, Pinned(options ?? new EngineOptions()), time ?? TimeProvider.System, new EngineMetrics(Meter), NullLoggerFactory.Instance, answers, residency);
    }

    public Meter Meter { get; } = new("test");

    public FakeImagePreprocessor Images { get; } = new();

    public EngineHost Host { get; }

    public static async Task<TestEngine> StartAsync(EngineOptions? options, TimeProvider? time, params FakeDiffusionModel[] models)
    {
        var engine = new TestEngine(new FakeModelSource(models), options, time);
        await engine.Host.StartAsync(TestContext.Current.CancellationToken);
        return engine;
    }

    /// <summary>One that keeps answers.</summary>
    public static async Task<TestEngine> StartKeepingAsync(IAnswerStore answers, TimeProvider? time, params FakeDiffusionModel[] models)
    {
        var engine = new TestEngine(new FakeModelSource(models), null, time, answers);
        await engine.Host.StartAsync(TestContext.Current.CancellationToken);
        return engine;
    }

    public static Task<TestEngine> StartAsync(params FakeDiffusionModel[] models) => StartAsync(null, null, models);

    /// <summary>Classifies; a test that is stopped does not wait for an answer that never comes.</summary>
    public Task<ClassificationResult> ClassifyAsync(ClassificationRequest request, IProgress<ClassificationProgress>? progress = null) =>
        ClassifyForAsync(request, progress, CancellationToken.None);

    /// <summary>As <see cref="ClassifyAsync(ClassificationRequest, IProgress{ClassificationProgress})"/>, for a client that goes away when <paramref name="client"/> says so.</summary>
    public Task<ClassificationResult> ClassifyForAsync(ClassificationRequest request, IProgress<ClassificationProgress>? progress, CancellationToken client) =>
        Host.Engine.ClassifyAsync(request, progress, client).WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>As <see cref="ClassifyAsync(ClassificationRequest, IProgress{ClassificationProgress})"/>, with what a host adds.</summary>
    public Task<ClassificationResult> ClassifyAsync(Submission submission, IProgress<ClassificationProgress>? progress = null) =>
        Host.Engine.ClassifyAsync(submission, progress, CancellationToken.None).WaitAsync(TestContext.Current.CancellationToken);

    // Batch sizes must not depend on how fast this machine is.
    private static EngineOptions Pinned(EngineOptions options) => options.Devices.Count > 0 ? options : options with { Devices = [new DeviceOptions { Batch = int.MaxValue }] };

    public void Dispose()
    {
        Host.Dispose();
        Meter.Dispose();
    }
}
