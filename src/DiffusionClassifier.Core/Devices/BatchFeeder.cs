using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// Keeps one batch ready while the device runs another: a thread next to the device's own that asks for work, writes it into the free slot,
/// and scores what comes back. A batch is assembled only when the one before it has begun, so that it includes requests that arrived in the
/// meantime. Owned by an <see cref="InferenceWorker"/>.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable",
    Justification = "A late request may still set the event, which the finalizer frees.")]
internal sealed partial class BatchFeeder
{
    // In a row: more than it takes to halve a batch of 256 down to one poisoned row, so the session itself is likely at fault.
    private const int FailuresUntilRebuild = 10;

    private readonly IWorkSource _work;
    private readonly Action<WorkSlot> _run;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, BatchMetrics> _metrics;
    private readonly ILogger _logger;
    private readonly Stack<WorkSlot> _idle = [];
    private readonly ConcurrentQueue<WorkSlot> _returned = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Thread _thread;
    private readonly int _slots;
    private readonly HashSet<string> _rebuilds = []; // models to reload as soon as the device is idle
    private DeviceProfile _profile; // without the models that could not be reloaded
    private int _failuresInARow;
    private volatile bool _stopping;

    /// <param name="profile">The device.</param>
    /// <param name="work">The source of work, to which results return.</param>
    /// <param name="slots">The pipeline's slots, all free.</param>
    /// <param name="run">Hands a slot to the device, which gives it back through <see cref="Return"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Counts every batch.</param>
    /// <param name="logger">Logs failures.</param>
    public BatchFeeder(DeviceProfile profile, IWorkSource work, IReadOnlyCollection<WorkSlot> slots, Action<WorkSlot> run,
        TimeProvider time, EngineMetrics metrics, ILogger logger)
    {
        (_profile, _work, _run, _time, _logger) = (profile, work, run, time, logger);
        _metrics =
            profile.Ladders.ToDictionary(pair => pair.Key, pair => new BatchMetrics(metrics, profile.Name, pair.Key, pair.Value.Sizes));
        _slots = slots.Count;
        foreach (WorkSlot slot in slots)
            _idle.Push(slot);
        _thread = new Thread(Main) { IsBackground = true, Name = $"feeder {profile.Name}" };
    }

    public void Start() => _thread.Start();

    /// <summary>Assembles nothing more; the thread ends when the device has given everything back.</summary>
    public void Stop()
    {
        _stopping = true;
        _wake.Set();
    }

    /// <summary>Waits until the thread has ended.</summary>
    /// <returns>Whether it ended in time, or never began.</returns>
    public bool Join(TimeSpan timeout) => _thread.ThreadState.HasFlag(ThreadState.Unstarted) || _thread.Join(timeout);

    /// <summary>Gives a slot back; called by the device's thread, which is then free for the next.</summary>
    public void Return(WorkSlot slot)
    {
        _returned.Enqueue(slot);
        _wake.Set();
    }

    private void Main()
    {
        _work.WorkArrived += WakeUp;
        try
        {
            while (!_stopping || _idle.Count < _slots)
            {
                if (_returned.TryDequeue(out WorkSlot? returned))
                    TakeBack(returned);
                else if (_stopping || !TryFeed())
                    _wake.WaitOne();
            }
        }
        finally
        {
            _work.WorkArrived -= WakeUp;
        }
    }

    private void WakeUp() => _wake.Set();

    private bool TryFeed()
    {
        // Nothing else happens while a model is reloaded: the device's thread then replaces the buffers of every slot, so nothing may be
        // written to any.
        if (_profile.Ladders.Count == 0 || _idle.Count == 0 || (_rebuilds.Count > 0 && _idle.Count < _slots))
            return false;
        WorkSlot slot = _idle.Pop();
        if (_rebuilds.Count > 0)
        {
            slot.Plan.Rebuild(_rebuilds.First()); // which stays in the set until it is reloaded
        }
        else if (!TryPrepare(slot))
        {
            _idle.Push(slot);
            return false;
        }

        _run(slot);
        return true;
    }

    private bool TryPrepare(WorkSlot slot)
    {
        try
        {
            _work.Assemble(_profile, _time.GetTimestamp(), slot.Plan);
            if (slot.Plan.Kind == WorkKind.Denoise)
            {
                ModelRunner.Fill(slot.Plan, slot.Batch);
                slot.Batch.Upload();
            }
        }
        catch (Exception exception)
        {
            Fail(slot.Plan, exception); // which wakes this thread if it leaves other work
            slot.Plan.Clear();
        }

        return slot.Plan.Kind != WorkKind.None;
    }

    // The exception boundary: whatever a piece of work throws, the thread survives, and only what is in that work can fail.
    private void TakeBack(WorkSlot slot)
    {
        try
        {
            if (slot.Failure is not null)
                Fail(slot.Plan, slot.Failure);
            else if (slot.Plan.Kind == WorkKind.Encode)
                _work.CompleteEncoding(slot.Plan, slot.Parts!, slot.Elapsed, _time.GetTimestamp());
            else if (slot.Plan.Kind == WorkKind.Denoise)
                Complete(slot);
        }
        catch (Exception exception)
        {
            Fail(slot.Plan, exception);
        }

        if (slot.Plan.Kind == WorkKind.Rebuild)
            _rebuilds.Remove(slot.Plan.Model);
        (slot.Failure, slot.Parts) = (null, null);
        slot.Plan.Clear(); // so that it keeps no job alive
        _idle.Push(slot);
    }

    private void Complete(WorkSlot slot)
    {
        Span<double> errors = slot.Errors.AsSpan(0, slot.Plan.Count);
        slot.Batch.Download();
        ModelRunner.Score(slot.Plan, slot.Batch, errors);
        BatchMetrics metrics = _metrics[slot.Plan.Model];
        metrics.BatchRun(slot.Plan.Count, slot.Plan.Bucket, slot.Plan.IsRetry, slot.Elapsed);
        metrics.Wasted(_work.CompleteBatch(_profile, slot.Plan, errors, slot.Elapsed, _time.GetTimestamp()));
        _failuresInARow = 0;
    }

    /// <summary>What the requests are told whose rows failed.</summary>
    public static ClassificationException RequestFailed(string model, Exception? cause = null) =>
        new(ClassificationError.ModelFailure, $"Model '{model}' failed on this request. The server's log says why.", cause);

    private void Fail(WorkPlan plan, Exception exception)
    {
        LogWorkFailed(exception, plan.Kind, plan.Count, plan.Model, _profile.Name);
        if (plan.Kind == WorkKind.None)
            return; // there was no work yet
        var failure = exception as ClassificationException
            ?? (plan.Kind == WorkKind.Rebuild
                ? new ClassificationException(ClassificationError.ModelFailure,
                    $"Model '{plan.Model}' failed on {_profile.Name} and could not be reloaded. The server's log says why; restart it.",
                    exception)
                : RequestFailed(plan.Model, exception));
        if (plan.Kind == WorkKind.Rebuild)
        {
            _profile = _work.Withdraw(_profile, plan.Model, failure);
            return;
        }

        if (exception is DeviceOutOfMemoryException || ++_failuresInARow % FailuresUntilRebuild == 0)
            _rebuilds.Add(plan.Model);
        if (exception is DeviceOutOfMemoryException && plan.Kind == WorkKind.Denoise)
            _work.FailForMemory(_profile, plan, failure);
        else
            _work.Fail(plan, failure);
    }

    [LoggerMessage(LogLevel.Error, "{Work} of {Rows} rows with model {Model} failed on {Device}.")]
    private partial void LogWorkFailed(Exception exception, WorkKind work, int rows, string model, string device);
}
