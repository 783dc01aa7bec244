using System.Collections.Concurrent;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// One device: a dedicated thread that loads and warms its models and then runs what its <see cref="BatchFeeder"/> has ready, one piece of
/// work at a time. It owns the models and the pipeline's two slots. A thread of its own, because a denoiser call blocks for as long as it
/// takes.
/// </summary>
internal sealed partial class InferenceWorker : IDisposable
{
    private const int PipelineDepth = 2; // one batch running, one assembled: more only makes newcomers wait
    private const double Overdue = 20; // times its usual time: then a batch hangs, whatever else the machine does
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10); // a device that hangs must not keep the process alive

    private readonly DeviceOptions _device;
    private readonly IWorkSource _work;
    private readonly IModelSource _source;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly BlockingCollection<WorkSlot> _prepared = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, ModelRunner> _runners = [];
    private readonly Dictionary<string, Exception> _failures = [];
    private readonly DeviceWatch _watch;
    private WorkSlot[] _slots = [];
    private volatile BatchFeeder? _feeder;
    private int _lost; // models that could not be reloaded
    private volatile bool _broken, _stopped;

    public InferenceWorker(DeviceOptions device, IWorkSource work, IModelSource source, EngineOptions options, TimeProvider time,
        EngineMetrics metrics, ILogger logger)
    {
        (_device, _work, _source, _options, _time, _metrics, _logger) = (device, work, source, options, time, metrics, logger);
        _watch = new DeviceWatch(time);
        _thread = new Thread(Main) { IsBackground = true, Name = $"device {device.Name}" };
    }

    /// <summary>Completes when every model is loaded and warm, or was given up.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The models that it could not load and warm, and why; complete with <see cref="Ready"/>.</summary>
    public IReadOnlyDictionary<string, Exception> Failures => _failures;

    /// <summary>Whether it runs any model.</summary>
    public bool Serves => _feeder is not null;

    /// <summary>Whether it proved unable to run any of its models.</summary>
    public bool IsIdle => _ready.Task.IsCompleted && !Serves;

    /// <summary>Whether the device can be expected to continue: no call hangs, and not every model was lost.</summary>
    public bool IsAlive => !_broken && !_watch.IsOverdue(_time.GetTimestamp());

    public string Name => _device.Name;

    /// <summary>Whether its settings give it a model.</summary>
    public bool IsToRun(string model) => _device.Runs(model);

    public void Start() => _thread.Start();

    /// <summary>No new work from now on.</summary>
    public void Stop()
    {
        _stopped = true;
        _feeder?.Stop();
    }

    /// <summary>Ends both threads after the work that they are doing now, and waits for that.</summary>
    public void Dispose()
    {
        Stop();
        bool idle = _feeder?.Join(StopTimeout) ?? true;
        _prepared.CompleteAdding();
        if (idle && _thread.IsAlive) // else the device hangs, and was waited for already
            _thread.Join(StopTimeout);
    }

    private void Main()
    {
        try
        {
            if (!TryLoad())
                return;
            foreach (WorkSlot slot in _prepared.GetConsumingEnumerable())
            {
                Execute(slot);
                _feeder!.Return(slot);
            }
        }
        finally
        {
            foreach (WorkSlot slot in _slots)
                slot.Dispose();
            foreach (ModelRunner runner in _runners.Values)
                runner.Dispose();
        }
    }

    private bool TryLoad()
    {
        try
        {
            DeviceProfile profile = LoadAll();
            if (profile.Ladders.Count == 0)
            {
                _ready.SetResult();
                return false;
            }

            _work.Register(profile);
            _feeder = new BatchFeeder(profile, _work, _slots, _prepared.Add, _time, _metrics, _logger);
            if (_stopped) // while the models were loaded: nothing would take what is handed over now
                _feeder.Stop();
            _feeder.Start();
            _ready.SetResult();
            return true;
        }
        catch (Exception exception)
        {
            _ready.SetException(exception);
            return false;
        }
    }

    // If something is wrong with one model, the others are still of use.
    private DeviceProfile LoadAll()
    {
        Dictionary<string, BatchLadder> ladders = [];
        foreach (ModelManifest manifest in _source.Manifests.Where(manifest => _device.Runs(manifest.Id)))
            Guard(manifest.Id, () => ladders.Add(manifest.Id, Load(manifest)));
        int maxRows = new DeviceProfile(_device.Name, ladders).MaxRows;
        _slots = [.. Enumerable.Range(0, PipelineDepth).Select(_ => new WorkSlot(maxRows))];
        foreach (string model in ladders.Keys)
            Guard(model, () => Array.ForEach(_slots, slot => slot.Attach(model, _runners[model].Model)));
        return new DeviceProfile(_device.Name, ladders.Where(pair => !_failures.ContainsKey(pair.Key)).ToDictionary());
    }

    private void Guard(string model, Action load)
    {
        try
        {
            load();
        }
        catch (Exception exception)
        {
            _failures.Add(model, exception);
            Array.ForEach(_slots, slot => slot.Detach(model));
            if (_runners.Remove(model, out ModelRunner? runner))
                runner.Dispose();
        }
    }

    private BatchLadder Load(ModelManifest manifest)
    {
        long begin = _time.GetTimestamp();
        var runner = new ModelRunner(() => _source.Open(manifest.Id, _device));
        _runners.Add(manifest.Id, runner);
        BatchLadder ladder = BucketSweep.Run(runner, _device.Batch, _time);
        LogLoaded(manifest.Id, _device.Name, _time.GetElapsedTime(begin).TotalSeconds, string.Join(", ", ladder.Sizes),
            1 / ladder.SecondsPerRow);
        return ladder;
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
                    _runners[slot.Plan.Model].Model.Run(slot.Batch);
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
        IDiffusionModel model = _runners[modelId].Model;
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
            _runners[modelId].Reopen();
            Array.ForEach(_slots, slot => slot.Attach(modelId, _runners[modelId].Model));
            LogRebuilt(modelId, _device.Name);
        }
        catch
        {
            // Without its last model the device is broken: only a restart helps, and the liveness probe tells the orchestrator.
            _broken = ++_lost == _runners.Count;
            throw;
        }
    }

    private TimeSpan Limit(WorkPlan plan)
    {
        var usual = TimeSpan.FromSeconds(Overdue * plan.ExpectedSeconds);
        return usual > _options.RunTimeout ? usual : _options.RunTimeout;
    }

    [LoggerMessage(LogLevel.Information, "Model {Model} is ready on {Device} after {Seconds:0.00} s: "
        + "{RowsPerSecond:0} rows/s in batches of {Buckets}.")]
    private partial void LogLoaded(string model, string device, double seconds, string buckets, double rowsPerSecond);

    [LoggerMessage(LogLevel.Warning, "Model {Model} was reloaded on {Device}, which had run out of memory: "
        + "its batches are smaller from now on.")]
    private partial void LogRebuilt(string model, string device);
}
