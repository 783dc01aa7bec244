using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling.Sharing;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// Decides what every device does next. A pure state machine: time and results come in as arguments, nothing waits or blocks in it.
/// It owns all jobs from <see cref="Submit"/> until they end; every method may be called from any thread and takes its one lock
/// for microseconds.
/// </summary>
internal sealed partial class RowScheduler : IWorkSource
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, ClassificationJob> _jobs = [];
    private readonly DeviceTable _devices = new();
    private readonly BatchAssembler _assembler;
    private Exception? _closed; // why no job is accepted anymore

    /// <param name="policy">Whose turn it is.</param>
    /// <param name="prompts">What is encoded; null: a memory of its own.</param>
    public RowScheduler(SharingPolicy policy = SharingPolicy.Fair, PromptMemory? prompts = null)
    {
        ISharePolicy sharing = policy switch
        {
            SharingPolicy.Fifo => new FirstComeFirstServed(),
            SharingPolicy.RoundRobin => new DeficitRoundRobin(),
            _ => new FairShare(),
        };
        _assembler = new BatchAssembler(sharing, FindLocked, prompts ?? new PromptMemory());
    }

    /// <summary>Raised outside the lock when there may be work for an idle worker.</summary>
    public event Action? WorkArrived;

    /// <summary>Raised outside the lock when the last device that ran a model gives it up, with the reason.</summary>
    public event Action<string, Exception>? ModelLost;

    public int ActiveJobs
    {
        get
        {
            lock (_gate)
                return _jobs.Count;
        }
    }

    /// <inheritdoc/>
    public void Register(DeviceProfile device)
    {
        lock (_gate)
            _devices.Add(device);
    }

    /// <inheritdoc/>
    public DeviceProfile Add(DeviceProfile device, string model, BatchLadder ladder)
    {
        DeviceProfile more;
        lock (_gate)
            more = _devices.Add(device, model, ladder);
        WorkArrived?.Invoke();
        return more;
    }

    /// <inheritdoc/>
    public DeviceProfile Remove(DeviceProfile device, string model)
    {
        lock (_gate)
            return _devices.Remove(device, model);
    }

    /// <inheritdoc/>
    public DeviceProfile Withdraw(DeviceProfile device, string model, Exception exception)
    {
        DeviceProfile rest;
        bool isLost;
        lock (_gate)
        {
            rest = _devices.Withdraw(device, model, exception);
            isLost = _devices.Loss(model) is not null;
        }

        if (isLost)
        {
            FailAll(model, exception);
            ModelLost?.Invoke(model, exception);
        }

        WorkArrived?.Invoke(); // another device now has to retry its rows
        return rest;
    }

    /// <inheritdoc cref="DeviceTable.SecondsPerRow"/>
    public double SecondsPerRow(string model)
    {
        lock (_gate)
            return _devices.SecondsPerRow(model);
    }

    /// <inheritdoc cref="DeviceTable.DevicesOf"/>
    public IReadOnlyList<string> DevicesOf(string model)
    {
        lock (_gate)
            return _devices.DevicesOf(model);
    }

    /// <inheritdoc cref="DeviceTable.Rates"/>
    public IReadOnlyList<(string Device, string Model, double RowsPerSecond)> Rates()
    {
        lock (_gate)
            return _devices.Rates();
    }

    /// <summary>Takes ownership of a job; after <see cref="Close"/>, or if its model was lost, it fails at once.</summary>
    public void Submit(ClassificationJob job)
    {
        Exception? closed;
        lock (_gate)
        {
            closed = _closed ?? _devices.Loss(job.Settings.Manifest.Id);
            if (closed is null)
            {
                _jobs.Add(job.Number, job);
                _assembler.Add(job);
            }
        }

        if (closed is null)
            WorkArrived?.Invoke();
        else
            Fail(job, closed);
    }

    /// <summary>No row of the job is assembled after this; rows already on a device finish, and their results are dropped.</summary>
    public void Cancel(ClassificationJob job, CancellationToken cancellationToken)
    {
        if (End(job))
            job.Cancel(cancellationToken);
    }

    /// <summary>As <see cref="Cancel"/>, but the client is told why.</summary>
    public void Fail(ClassificationJob job, Exception exception)
    {
        if (End(job))
            job.Fail(exception);
    }

    /// <summary>Answers a job with what is known of it; if not one trial is complete, it fails.</summary>
    /// <param name="job">The job.</param>
    /// <param name="now">Timestamp.</param>
    /// <param name="reason">The reason that the answer's warnings give.</param>
    /// <param name="otherwise">The failure, if there is no answer yet.</param>
    public void CutShort(ClassificationJob job, long now, string reason, Exception otherwise)
    {
        bool answered;
        lock (_gate)
        {
            if (job.State == JobState.Ended)
                return;
            answered = job.TryCutShort(reason);
            EndLocked(job);
        }

        if (answered)
            job.Finish(now);
        else
            job.Fail(otherwise);
    }

    /// <summary>As <see cref="CutShort(ClassificationJob, long, string, Exception)"/>, for every job.</summary>
    public void CutShort(long now, string reason, Exception otherwise)
    {
        foreach (ClassificationJob job in Snapshot())
            CutShort(job, now, reason, otherwise);
    }

    /// <summary>Fails every job, including those that are submitted later: nothing will run them. The first reason stays.</summary>
    public void Close(Exception exception)
    {
        lock (_gate)
            _closed ??= exception;
        foreach (ClassificationJob job in Snapshot())
            Fail(job, exception);
    }

    /// <inheritdoc/>
    public void Assemble(DeviceProfile device, long now, WorkPlan plan)
    {
        plan.Clear();
        lock (_gate)
            _assembler.Assemble(device, now, plan);
    }

    private ClassificationJob[] Snapshot()
    {
        lock (_gate)
            return [.. _jobs.Values];
    }

    private void FailAll(string model, Exception exception)
    {
        foreach (ClassificationJob job in Snapshot())
        {
            if (job.Settings.Manifest.Id == model)
                Fail(job, exception);
        }
    }

    private bool End(ClassificationJob job)
    {
        lock (_gate)
            return EndLocked(job);
    }

    private ClassificationJob? FindLocked(long number) => _jobs.GetValueOrDefault(number);

    private bool EndLocked(ClassificationJob job)
    {
        if (_jobs.Remove(job.Number))
            _assembler.Remove(job);
        return job.TryEnd();
    }
}
