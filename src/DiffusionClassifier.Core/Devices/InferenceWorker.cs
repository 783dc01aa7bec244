using System.Collections.Concurrent;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// One device: a dedicated thread that runs what its <see cref="BatchFeeder"/> has ready, one piece of work at a time, while its <see
/// cref="ModelLoader"/> opens and closes models. It owns both, and the pipeline's two slots. A thread of its own, because a denoiser call
/// blocks for as long as it takes.
/// </summary>
internal sealed partial class InferenceWorker : IDisposable
{
    private const int PipelineDepth = 2; // one batch running, one assembled: more only makes newcomers wait
    private const double Overdue = 20; // times its usual time: then a batch hangs, whatever else the machine does
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10); // a device that hangs must not keep the process alive

    private readonly DeviceOptions _device;
    private readonly IWorkSource _work;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly BlockingCollection<WorkSlot> _prepared = [];
    private readonly WorkSlot[] _slots = [.. Enumerable.Range(0, PipelineDepth).Select(_ => new WorkSlot())];
    private readonly DeviceProfile _profile;
    private readonly BatchFeeder _feeder;
    private readonly ModelLoader _models;
    private readonly DeviceWatch _watch;
    private readonly int _toRun; // models that its settings give it
    private readonly ConcurrentDictionary<string, Exception> _failures = []; // why models could not be loaded when they were last tried
    private volatile bool _broken;

    public InferenceWorker(DeviceOptions device, IWorkSource work, IModelSource source, EngineOptions options, TimeProvider time,
        EngineMetrics metrics, ILogger logger)
    {
        (_device, _work, _options, _time, _logger) = (device, work, options, time, logger);
        _watch = new DeviceWatch(time);
        _toRun = source.Manifests.Count(manifest => device.Runs(manifest.Id));
        _profile = new DeviceProfile(device.Name, new Dictionary<string, BatchLadder>());
        _feeder = new BatchFeeder(_profile, work, _slots, _prepared.Add, time, metrics, logger);
        _models = new ModelLoader(device, source, _feeder, _slots, time, logger);
        _thread = new Thread(Main) { IsBackground = true, Name = $"device {device.Name}" };
    }

    /// <summary>Whether the device can be expected to continue: no call hangs, and not every model that was open is lost.</summary>
    public bool IsAlive => !_broken && !_watch.IsOverdue(_time.GetTimestamp());

    /// <summary>Whether it proved unable to run any of its models.</summary>
    public bool IsIdle => _failures.Count == _toRun;

    public string Name => _device.Name;

    /// <summary>Whether its settings give it a model.</summary>
    public bool IsToRun(string model) => _device.Runs(model);

    /// <inheritdoc cref="ModelLoader.LoadAsync"/>
    public async Task<Exception?> LoadAsync(string model)
    {
        Exception? failure = await _models.LoadAsync(model).ConfigureAwait(false);
        if (failure is not null)
        {
            _failures[model] = failure;
            return failure;
        }

        _failures.TryRemove(model, out _);
        _broken = false; // if it was, it runs models again
        return null;
    }

    /// <inheritdoc cref="ModelLoader.UnloadAsync"/>
    public Task<Exception?> UnloadAsync(string model) => _models.UnloadAsync(model);

    public void Start()
    {
        _work.Register(_profile);
        _thread.Start();
        _feeder.Start();
        _models.Start();
    }

    /// <summary>No new work from now on.</summary>
    public void Stop()
    {
        _feeder.Stop();
        _models.Stop();
    }

    /// <summary>Ends its threads after the work that they are doing now, and waits for that.</summary>
    public void Dispose()
    {
        Stop();
        bool idle = _feeder.Join(StopTimeout) && _models.Join(StopTimeout);
        _prepared.CompleteAdding();
        if (idle && _thread.IsAlive) // else the device hangs, and was waited for already
            _thread.Join(StopTimeout);
    }

    private void Main()
    {
        foreach (WorkSlot slot in _prepared.GetConsumingEnumerable())
        {
            Execute(slot);
            _feeder.Return(slot);
        }

        _models.Dispose();
    }

    private void Execute(WorkSlot slot)
    {
        long begin = _time.GetTimestamp();
        _watch.Begin(begin, Limit(slot.Plan));
        try
        {
            switch (slot.Plan.Kind)
            {
                case WorkKind.Encode:
                    slot.Parts = Encode(slot.Plan.Model, slot.Plan.Encoding!);
                    break;
                case WorkKind.Denoise:
                    _models[slot.Plan.Model].Model.Run(slot.Batch);
                    break;
                case WorkKind.Errand:
                    slot.Plan.Errand!.Run();
                    break;
                default:
                    Rebuild(slot.Plan.Model);
                    break;
            }
        }
        catch (Exception exception)
        {
            slot.Failure = exception;
        }

        slot.Elapsed = _time.GetElapsedTime(begin);
        _watch.End();
    }

    private EncodedParts Encode(string modelId, EncodingTask task)
    {
        IDiffusionModel model = _models[modelId].Model;
        IReadOnlyList<Conditioning> conditionings = task.Prompts.Count == 0 ? [] : model.EncodePrompts(task.Prompts);
        return conditionings.Count == task.Prompts.Count
            ? new EncodedParts(task.Image is null ? null : model.EncodeImage(task.Image), conditionings)
            : throw new InvalidOperationException($"The model made {conditionings.Count} conditionings of {task.Prompts.Count} prompts.");
    }

    private void Rebuild(string modelId)
    {
        try
        {
            Array.ForEach(_slots, slot => slot.Detach(modelId));
            _models[modelId].Reopen();
            Array.ForEach(_slots, slot => slot.Attach(modelId, _models[modelId].Model));
            LogRebuilt(modelId, _device.Name);
        }
        catch
        {
            // Without its last model the device is broken: only a restart helps, and the liveness probe tells the orchestrator.
            _models.Lose(modelId);
            _broken = _models.IsEmpty;
            throw;
        }
    }

    private TimeSpan Limit(WorkPlan plan)
    {
        if (plan.Kind == WorkKind.Errand)
            return TimeSpan.MaxValue; // nobody knows how long a model takes to be opened and measured
        var usual = TimeSpan.FromSeconds(Overdue * plan.ExpectedSeconds);
        return usual > _options.RunTimeout ? usual : _options.RunTimeout;
    }

    [LoggerMessage(LogLevel.Warning, "Model {Model} was reloaded on {Device}, which had run out of memory: "
        + "its batches are smaller from now on.")]
    private partial void LogRebuilt(string model, string device);
}
