using System.Collections.Concurrent;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core;

/// <summary>
/// Carries out on the devices what <see cref="ModelResidency"/> orders, and reports back. A model is loaded on all of its devices at once;
/// where some of them cannot run it, the others do.
/// </summary>
internal sealed partial class ModelLoads
{
    private readonly ModelResidency _residency;
    private readonly IReadOnlyList<InferenceWorker> _workers;
    private readonly IModelSource _source;
    private readonly TimeProvider _time;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, Exception> _failures = [];

    public ModelLoads(ModelResidency residency, IReadOnlyList<InferenceWorker> workers, IModelSource source, TimeProvider time,
        EngineMetrics metrics, ILogger logger)
    {
        (_residency, _workers, _source, _time, _metrics, _logger) = (residency, workers, source, time, metrics, logger);
        residency.LoadOrdered += model => _ = LoadAsync(model);
        residency.UnloadOrdered += model => _ = UnloadAsync(model);
    }

    /// <summary>Takes a model out of the catalog that no device can run; says what requests for it are told.</summary>
    public required Func<string, Exception, Exception> Refuse { get; init; }

    /// <summary>A model is loaded.</summary>
    public required Action<string> Accept { get; init; }

    /// <summary>Models that no device can run, as it turned out when they were last loaded.</summary>
    public IReadOnlyDictionary<string, Exception> Failures => _failures;

    /// <summary>Loads models in order, as many as there is room for; ends when each is loaded or given up.</summary>
    public Task LoadAllAsync(IEnumerable<string> models) =>
        Task.WhenAll([.. models.Select(_residency.AskIfThereIsRoom).OfType<ModelUse>().Select(LetGoWhenReadyAsync)]);

    /// <summary>No device can load a model.</summary>
    public void GiveUp(string model, Exception failure)
    {
        _failures[model] = failure;
        _residency.Failed(model, Refuse(model, failure));
    }

    /// <summary>The last device that ran a model lost it; those that wait for it are told why, as those are that ran on it.</summary>
    public void Lose(string model, Exception failure)
    {
        _failures[model] = failure;
        Refuse(model, failure);
        _residency.Failed(model, failure);
    }

    // Each by itself: one that waits for room would wait for ever for one that is held until it has it.
    private static async Task LetGoWhenReadyAsync(ModelUse use)
    {
        using (use)
            await use.Ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LoadAsync(string model)
    {
        long begin = _time.GetTimestamp();
        InferenceWorker[] workers = Of(model);
        Exception?[] failures = await Task.WhenAll(workers.Select(worker => worker.LoadAsync(model))).ConfigureAwait(false);
        bool isLoaded = failures.Contains(null);
        _metrics.ModelLoaded(isLoaded, _time.GetElapsedTime(begin));
        if (!isLoaded)
        {
            if (failures.OfType<OperationCanceledException>().FirstOrDefault() is { } stopped)
                _residency.Failed(model, stopped);
            else if (Full(workers, failures) is { Length: > 0 } full && _residency.LacksMemory(model, full))
                LogLacksMemory(model, string.Join(", ", full));
            else
                GiveUp(model, failures[0]!);
            return;
        }

        foreach ((InferenceWorker worker, Exception? failure) in workers.Zip(failures))
        {
            if (failure is not null)
                LogFailed(model, worker.Name, _source.Explain(model, failure));
        }

        _failures.TryRemove(model, out _);
        Accept(model);
        _residency.Loaded(model);
    }

    private async Task UnloadAsync(string model)
    {
        // What cannot be closed is a device's that stops or is given up: there is nothing left to do about it.
        await Task.WhenAll(Of(model).Select(worker => worker.UnloadAsync(model))).ConfigureAwait(false);
        _metrics.ModelUnloaded();
        _residency.Unloaded(model);
    }

    private static string[] Full(InferenceWorker[] workers, Exception?[] failures) =>
        [.. workers.Zip(failures).Where(pair => pair.Second is DeviceOutOfMemoryException).Select(pair => pair.First.Name)];

    private InferenceWorker[] Of(string model) => [.. _workers.Where(worker => worker.IsToRun(model))];

    [LoggerMessage(LogLevel.Warning, "There was no memory for the model {Model} beside the others on {Devices}: it is loaded when a "
        + "request wants it and the least recently used ones have left, and from now on no more are kept there than fit.")]
    private partial void LogLacksMemory(string model, string devices);

    [LoggerMessage(LogLevel.Error, "The model {Model} cannot be used on {Device}, and is served by other devices. {Reason}")]
    private partial void LogFailed(string model, string device, string reason);
}
