using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// Keeps one batch ready while the device runs another: a thread next to the device's own that asks for work, writes it into the free slot,
/// and scores what comes back. A batch is assembled only when the one before it has begun, so that it includes requests that arrived in the
/// meantime. It alone knows what the device runs at the moment. Owned by an <see cref="InferenceWorker"/>.
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
    private readonly EngineMetrics _engineMetrics;
    private readonly Dictionary<string, BatchMetrics> _metrics = [];
    private readonly ILogger _logger;
    private readonly Stack<WorkSlot> _idle = [];
    private readonly ConcurrentQueue<WorkSlot> _returned = new();
    private readonly ErrandQueue _errands, _turns; // for this thread, and for the device's
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Thread _thread;
    private readonly int _slots;
    private readonly HashSet<string> _rebuilds = []; // models to reload as soon as the device is idle
    private DeviceProfile _profile; // with the models that are open and work
    private int _failuresInARow;
    private volatile bool _stopping;

    /// <param name="profile">The device, which has no models yet.</param>
    /// <param name="work">The source of work, to which results return.</param>
    /// <param name="slots">The pipeline's slots, all free.</param>
    /// <param name="run">Hands a slot to the device, which gives it back through <see cref="Return"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Counts every batch.</param>
    /// <param name="logger">Logs failures.</param>
    public BatchFeeder(DeviceProfile profile, IWorkSource work, IReadOnlyCollection<WorkSlot> slots, Action<WorkSlot> run,
        TimeProvider time, EngineMetrics metrics, ILogger logger)
    {
        (_profile, _work, _run, _time, _engineMetrics, _logger) = (profile, work, run, time, metrics, logger);
        (_errands, _turns) = (new ErrandQueue(WakeUp), new ErrandQueue(WakeUp));
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
        _errands.Close();
        _turns.Close();
        _wake.Set();
    }

    /// <summary>Waits until the thread has ended.</summary>
    /// <returns>Whether it ended in time, or never began.</returns>
    public bool Join(TimeSpan timeout) => _thread.ThreadState.HasFlag(ThreadState.Unstarted) || _thread.Join(timeout);

    /// <summary>From now on batches of a model are assembled; its buffers are in every slot.</summary>
    /// <exception cref="OperationCanceledException">The feeder has stopped.</exception>
    public void Add(string model, BatchLadder ladder) => _errands.Do(() =>
    {
        _metrics[model] = new BatchMetrics(_engineMetrics, _profile.Name, model, ladder.Sizes);
        _profile = _work.Add(_profile, model, ladder);
    });

    /// <summary>From now on nothing of a model is assembled, and nothing of it is left in the pipeline.</summary>
    /// <exception cref="OperationCanceledException">The feeder has stopped.</exception>
    public void Remove(string model)
    {
        _errands.Do(() =>
        {
            _profile = _work.Remove(_profile, model);
            _rebuilds.Remove(model);
        });
        // Rows of requests that were given up may still be there: they are done when the device has come to what was asked of it after
        // them, and this thread has taken back what the device returned before that.
        TakeTurn(() => { });
        _errands.Do(() => { });
    }

    /// <summary>Does something on the device's thread, between two batches, and waits for it.</summary>
    /// <exception cref="OperationCanceledException">The feeder has stopped.</exception>
    public void TakeTurn(Action work) => _turns.Do(work);

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
                else if (_errands.TryTake(out Errand? errand))
                    errand.Run();
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
        if (_idle.Count == 0 || (_rebuilds.Count > 0 && _idle.Count < _slots))
            return false;
        WorkSlot slot = _idle.Pop();
        if (_rebuilds.Count > 0)
        {
            slot.Plan.Rebuild(_rebuilds.First()); // which stays in the set until it is reloaded
        }
        else if (_turns.TryTake(out Errand? turn))
        {
            slot.Plan.Run(turn);
        }
        else if (_profile.Ladders.Count == 0 || !TryPrepare(slot))
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
        Span<double> errors = slot.Errors;
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
