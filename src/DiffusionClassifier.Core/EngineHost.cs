using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Answers;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core;

/// <summary>Builds the engine, its scheduler and a worker for each device, and owns their lifetime: start, drain, stop.</summary>
public sealed partial class EngineHost : IDisposable
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(50); // shorter than any request, far longer than a poll takes

    private const string CutShort = "The server is shutting down: this is the best answer so far.";

    private readonly IModelSource _source;
    private readonly RowScheduler _scheduler;
    private readonly ModelResidency _residency;
    private readonly InferenceWorker[] _workers;
    private readonly ModelLoads _loads;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _loadAtStart;
    private volatile bool _warm, _draining;

    /// <param name="source">The models.</param>
    /// <param name="images">Reads image files.</param>
    /// <param name="options">Limits and defaults.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">The instruments.</param>
    /// <param name="loggers">The log.</param>
    /// <param name="answers">Keeps answers for those who ask the same again; null: every request is worked on.</param>
    /// <param name="residency">Which models are in memory, and when they are loaded; null: all, at the start.</param>
    /// <exception cref="ArgumentException">There is no model, or the default model is not among them.</exception>
    public EngineHost(IModelSource source, IImagePreprocessor images, EngineOptions options, TimeProvider time, EngineMetrics metrics,
        ILoggerFactory loggers, IAnswerStore? answers = null, ResidencyOptions? residency = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        if (source.Manifests.Count == 0)
            throw new ArgumentException(source.WhatIsMissing);
        residency ??= new ResidencyOptions();
        (_source, _options, _time, _logger) = (source, options, time, loggers.CreateLogger<EngineHost>());
        _loadAtStart = residency.LoadAtStart;
        var catalog = new ModelCatalog(source.Manifests, options.DefaultModel, source.Refusals);
        IReadOnlyList<DeviceOptions> devices = source.FindDevices(options.Devices, _logger);
        CheckDevices(devices, source.Manifests);
        if (options.MaxPromptBytes < 1)
            throw new ArgumentException($"Engine:MaxPromptBytes is {options.MaxPromptBytes}; it must be at least 1, or not set.");
        var prompts = new PromptMemory(options.EffectivePromptBytes);
        _scheduler = new RowScheduler(options.Policy, prompts);
        _scheduler.ModelLost += OnModelLost;
        _residency = new ModelResidency(source.Manifests,
            model => [.. devices.Where(device => device.Runs(model)).Select(device => device.Name)], residency,
            name => source.HoldsFiles(devices.First(device => device.Name == name)));
        var memory = new ModelMemory(catalog, _residency, _scheduler, time);
        Engine = new ClassificationEngine(
            catalog, _scheduler, memory, prompts, images, options, time, metrics, options.NoiseSource is null ? answers : null);
        _workers = [.. devices.Select(
            device => new InferenceWorker(device, _scheduler, source, options, time, metrics, loggers.CreateLogger<InferenceWorker>()))];
        _loads = new ModelLoads(_residency, _workers, source, time, metrics, _logger) { Refuse = Refuse, Accept = catalog.Restore };
        metrics.Watch(() => new EngineSnapshot(Engine.Load(), _scheduler.Rates(),
            [.. _workers.Select(worker => (worker.Name, worker.IsAlive && !worker.IsIdle))], prompts.Hits,
            (_warm ? catalog.All.Count : 0, catalog.Refused.Count), answers?.Bytes, _residency.Memory()));
        RefuseTooLarge(residency);
    }

    public ClassificationEngine Engine { get; }

    /// <summary>Whether requests are answered now: what is loaded at the start is warm, a device works, not stopping.</summary>
    public bool IsReady => _warm && !_draining && _workers.Any(worker => !worker.IsIdle && worker.IsAlive);

    /// <summary>Whether every device can be expected to continue; if not, only a restart helps. Does not ask the devices.</summary>
    public bool IsAlive => _workers.All(worker => worker.IsAlive);

    /// <summary>The devices that hang or were given up.</summary>
    public IEnumerable<string> BrokenDevices => _workers.Where(worker => !worker.IsAlive).Select(worker => worker.Name);

    /// <summary>
    /// Loads and warms the models, unless they are to be loaded when they are asked for; completes when requests can be answered. Models
    /// that cannot be used are refused from then on; if none is left, it fails with the reason.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        Array.ForEach(_workers, worker => worker.Start());
        string wanted = _options.DefaultModel ?? Engine.Models.Default.Id;
        if (_loadAtStart)
        {
            IEnumerable<string> models = _source.Manifests.Select(manifest => manifest.Id)
                .OrderByDescending(model => model.Equals(wanted, StringComparison.OrdinalIgnoreCase));
            await _loads.LoadAllAsync(models).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_loads.Failures.Count == _source.Manifests.Count)
            GiveUp([.. _source.Manifests.Select(manifest => (manifest.Id, _loads.Failures[manifest.Id]))]);
        if (!wanted.Equals(Engine.Models.Default.Id, StringComparison.OrdinalIgnoreCase))
            LogOtherDefault(wanted, Engine.Models.Default.Id);
        _warm = true;
    }

    /// <summary>
    /// Refuses new requests and waits for the admitted ones, including those whose image is still being decoded, for at most <see
    /// cref="EngineOptions.DrainTimeout"/>; then answers the rest with what is known, and fails those of which nothing is known.
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
        Close(Stopped());
    }

    /// <summary>Stops after the batch that is running now; requests that have no answer then fail.</summary>
    public void Dispose()
    {
        _draining = true;
        Engine.StopAdmitting();
        _residency.Close(Stopped()); // before a loading is given up, which would be another reason
        Array.ForEach(_workers, worker => worker.Stop()); // all at once, then wait for each
        Array.ForEach(_workers, worker => worker.Dispose());
        Close(Stopped());
    }

    private void RefuseTooLarge(ResidencyOptions residency)
    {
        foreach (ModelManifest manifest in _source.Manifests.Where(manifest => manifest.WeightBytes > residency.MaxBytes))
            _loads.GiveUp(manifest.Id, new ModelTooLargeException(manifest.Id, manifest.WeightBytes, residency.MaxBytes!.Value));
    }

    private ClassificationException Refuse(string model, Exception failure)
    {
        if (!_warm && _loads.Failures.Count == _source.Manifests.Count) // the start fails, and says why
            return NotLoaded(failure);
        string reason = _source.Explain(model, failure);
        LogRefused(model, reason);
        return Engine.Models.Refuse(new ModelRefusal(model, reason));
    }

    private void OnModelLost(string model, Exception failure) => _loads.Lose(model, failure);

    [DoesNotReturn]
    private void GiveUp((string Model, Exception Failure)[] unusable)
    {
        Engine.StopAdmitting();
        Close(NotLoaded(unusable[0].Failure));
        if (unusable is [var only])
            ExceptionDispatchInfo.Throw(only.Failure);
        throw new InvalidOperationException("None of the models can be used. "
            + string.Join(' ', unusable.Select(one => $"{one.Model}: {one.Failure.Message.TrimEnd('.')}.")));
    }

    private void Close(Exception reason)
    {
        _residency.Close(reason);
        _scheduler.Close(reason);
    }

    private static ClassificationException NotLoaded(Exception failure) => new(ClassificationError.ModelFailure,
        "The server could not load its models. Its log says why.", failure);

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

    [LoggerMessage(LogLevel.Error, "The model {Model} is left out: no device can run it. {Reason}")]
    private partial void LogRefused(string model, string reason);

    [LoggerMessage(LogLevel.Warning, "The default model {Model} cannot be used: {Default} answers requests that name no model.")]
    private partial void LogOtherDefault(string model, string @default);
}
