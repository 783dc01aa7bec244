using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Builds the engine, its scheduler and its worker, and owns their lifetime: start, drain, stop.</summary>
public sealed class EngineHost : IDisposable
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(50); // short against any request, long against a poll's cost

    private readonly RowScheduler _scheduler = new();
    private readonly InferenceWorker _worker;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private volatile bool _draining;

    /// <exception cref="ArgumentException">There is no model, or the default model is none of them.</exception>
    public EngineHost(IModelSource source, IImagePreprocessor images, EngineOptions options, TimeProvider time, EngineMetrics metrics, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        Engine = new ClassificationEngine(new ModelCatalog(source.Manifests, options.DefaultModel), _scheduler, images, options, time, metrics);
        _worker = new InferenceWorker("cpu:0", _scheduler, source, time, metrics, loggers.CreateLogger<InferenceWorker>());
    }

    public ClassificationEngine Engine { get; }

    /// <summary>Whether requests are answered now: models loaded and warm, not stopping.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Loads and warms the models; completes when requests can be answered.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _worker.Start();
        try
        {
            await _worker.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (_worker.Ready.IsFaulted)
        {
            Engine.StopAdmitting();
            _scheduler.Close(new ClassificationException(ClassificationError.ModelFailure, "The server could not load its models. Its log says why.", exception));
            throw;
        }

        IsReady = !_draining;
    }

    /// <summary>Refuses new requests and waits for the admitted ones, also those whose image is still being decoded, for at most <see cref="EngineOptions.DrainTimeout"/>; then fails the rest.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        (_draining, IsReady) = (true, false);
        Engine.StopAdmitting();
        long begin = _time.GetTimestamp();
        while (Engine.ReservedRows > 0 && _time.GetElapsedTime(begin) < _options.DrainTimeout && !cancellationToken.IsCancellationRequested)
            await Task.Delay(DrainPoll, _time, CancellationToken.None).ConfigureAwait(false);
        _scheduler.Close(Stopped());
    }

    /// <summary>Stops after the batch that is running now; requests that have no answer then fail.</summary>
    public void Dispose()
    {
        IsReady = false;
        Engine.StopAdmitting();
        _worker.Dispose();
        _scheduler.Close(Stopped());
    }

    private ClassificationException Stopped() => new(ClassificationError.Draining,
        "The server is shutting down and could not finish in time: send the request to another replica.")
    { RetryAfter = _options.RetryAfter };
}
