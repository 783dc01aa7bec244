using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core;

/// <summary>Builds the engine, its scheduler and a worker for each device, and owns their lifetime: start, drain, stop.</summary>
public sealed class EngineHost : IDisposable
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(50); // short against any request, long against a poll's cost

    private const string CutShort = "The server is shutting down: this is the best answer so far.";

    private readonly RowScheduler _scheduler;
    private readonly InferenceWorker[] _workers;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private volatile bool _warm, _draining;

    /// <exception cref="ArgumentException">There is no model, or the default model is none of them.</exception>
    public EngineHost(IModelSource source, IImagePreprocessor images, EngineOptions options, TimeProvider time, EngineMetrics metrics,
        ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        if (source.Manifests.Count == 0)
            throw new ArgumentException(source.WhatIsMissing);
        (_options, _time) = (options, time);
        _scheduler = new RowScheduler(options.Policy);
        Engine =
            new ClassificationEngine(new ModelCatalog(source.Manifests, options.DefaultModel), _scheduler, images, options, time, metrics);
        IReadOnlyList<DeviceOptions> devices = source.FindDevices(options.Devices, loggers.CreateLogger<EngineHost>());
        CheckDevices(devices, source.Manifests);
        _workers = [.. devices.Select(
            device => new InferenceWorker(device, _scheduler, source, options, time, metrics, loggers.CreateLogger<InferenceWorker>()))];
        metrics.Watch(() => new EngineSnapshot(Engine.Load(), _scheduler.Rates(),
            [.. _workers.Select(worker => (worker.Name, worker.IsAlive))], _scheduler.CachedPrompts));
    }

    public ClassificationEngine Engine { get; }

    /// <summary>Whether requests are answered now: models loaded and warm, a device that works, not stopping.</summary>
    public bool IsReady => _warm && !_draining && _workers.Any(worker => worker.IsAlive);

    /// <summary>Whether every device can be expected to go on; if not, only a new process helps. Asks no device.</summary>
    public bool IsAlive => _workers.All(worker => worker.IsAlive);

    /// <summary>The devices that hang or were given up.</summary>
    public IEnumerable<string> BrokenDevices => _workers.Where(worker => !worker.IsAlive).Select(worker => worker.Name);

    /// <summary>Loads and warms the models; completes when requests can be answered.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        Array.ForEach(_workers, worker => worker.Start());
        Task ready = Task.WhenAll(_workers.Select(worker => worker.Ready));
        try
        {
            await ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (ready.IsFaulted)
        {
            Engine.StopAdmitting();
            _scheduler.Close(new ClassificationException(ClassificationError.ModelFailure,
                "The server could not load its models. Its log says why.", exception));
            throw;
        }

        _warm = true;
    }

    /// <summary>
    /// Refuses new requests and waits for the admitted ones, also those whose image is still being decoded, for at most
    /// <see cref="EngineOptions.DrainTimeout"/>; then answers the rest with what is known of them, and fails those of which nothing is.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        _draining = true;
        Engine.StopAdmitting();
        long begin = _time.GetTimestamp();
        while (Engine.ActiveRequests > 0 && _time.GetElapsedTime(begin) < _options.DrainTimeout
            && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(DrainPoll, _time, CancellationToken.None).ConfigureAwait(false);
        }

        _scheduler.CutShort(_time.GetTimestamp(), CutShort, Stopped());
        _scheduler.Close(Stopped());
    }

    /// <summary>Stops after the batch that is running now; requests that have no answer then fail.</summary>
    public void Dispose()
    {
        _draining = true;
        Engine.StopAdmitting();
        Array.ForEach(_workers, worker => worker.Stop()); // all at once, then wait for each
        Array.ForEach(_workers, worker => worker.Dispose());
        _scheduler.Close(Stopped());
    }

    private static void CheckDevices(IReadOnlyList<DeviceOptions> devices, IReadOnlyList<ModelManifest> manifests)
    {
        foreach (DeviceOptions device in devices)
        {
            if (!manifests.Any(manifest => device.Runs(manifest.Id)))
            {
                throw new ArgumentException($"The device {device.Name} would run none of the models: "
                    + $"{string.Join(", ", manifests.Select(manifest => manifest.Id))}. Correct its list of models, or leave it out.");
            }
        }

        if (devices.GroupBy(device => device.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The device {twice.Key} is configured twice.");
        if (manifests.FirstOrDefault(manifest => !devices.Any(device => device.Runs(manifest.Id))) is { } orphan)
            throw new ArgumentException($"No device runs the model '{orphan.Id}': add it to a device's list of models.");
    }

    private ClassificationException Stopped() => new(ClassificationError.Draining,
        "The server is shutting down and could not finish in time: send the request to another replica.")
    { RetryAfter = _options.RetryAfter };
}
