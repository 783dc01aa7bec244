using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Scheduling.Devices;
using DiffusionClassifier.Core.Scheduling.Sharing;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// Decides what every device does next. A pure state machine: time and results come in as arguments, nothing waits or blocks in it.
/// It owns all jobs from <see cref="Submit"/> until they end; every method may be called from any thread and takes its one lock
/// for microseconds.
/// </summary>
internal sealed class RowScheduler
{
    private readonly Lock _gate = new();
    private readonly List<ClassificationJob> _jobs = [];
    private readonly DeviceTable _devices = new();
    private readonly BatchAssembler _assembler;
    private Exception? _closed; // why no job is taken any more

    public RowScheduler(SharingPolicy policy = SharingPolicy.Fair) => _assembler = new BatchAssembler(policy switch
    {
        SharingPolicy.Fifo => new FirstComeFirstServed(),
        SharingPolicy.RoundRobin => new DeficitRoundRobin(),
        _ => new FairShare(),
    });

    /// <summary>Raised outside the lock when there may be work for an idle worker.</summary>
    public event Action? WorkArrived;

    public int ActiveJobs
    {
        get
        {
            lock (_gate)
                return _jobs.Count;
        }
    }

    /// <summary>Makes a device known: from now on it counts when times are predicted.</summary>
    public void Register(DeviceProfile device)
    {
        lock (_gate)
            _devices.Add(device);
    }

    /// <summary>A device was given up. Jobs whose model runs on no other fail, those that are submitted later included.</summary>
    public void Withdraw(DeviceProfile device, Exception exception)
    {
        ClassificationJob[] orphans;
        lock (_gate)
        {
            _devices.Remove(device, exception);
            orphans = [.. _jobs.Where(job => _devices.Loss(job) is not null)];
        }

        Array.ForEach(orphans, job => Fail(job, exception));
        WorkArrived?.Invoke(); // what it had to try again is another device's now
    }

    /// <inheritdoc cref="DeviceTable.SecondsPerRow"/>
    public double SecondsPerRow(string model)
    {
        lock (_gate)
            return _devices.SecondsPerRow(model);
    }

    /// <inheritdoc cref="DeviceTable.Rates"/>
    public IReadOnlyList<(string Device, string Model, double RowsPerSecond)> Rates()
    {
        lock (_gate)
            return _devices.Rates();
    }

    /// <summary>Prompts that were found encoded.</summary>
    public long CachedPrompts
    {
        get
        {
            lock (_gate)
                return _assembler.CachedPrompts;
        }
    }

    /// <summary>Takes ownership of a job; after <see cref="Close"/>, or where its model was lost, it fails at once.</summary>
    public void Submit(ClassificationJob job)
    {
        Exception? closed;
        lock (_gate)
        {
            closed = _closed ?? _devices.Loss(job);
            if (closed is null)
            {
                _jobs.Add(job);
                _assembler.Add(job);
            }
        }

        if (closed is null)
            WorkArrived?.Invoke();
        else
            Fail(job, closed);
    }

    /// <summary>No row of the job is assembled after this; rows already on a device run on and their results are dropped.</summary>
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

    /// <summary>Answers a job with what is known of it; where not one trial is complete, it fails.</summary>
    /// <param name="job">The job.</param>
    /// <param name="now">Timestamp.</param>
    /// <param name="reason">Said in the answer's warnings.</param>
    /// <param name="otherwise">The failure, where there is no answer yet.</param>
    public void CutShort(ClassificationJob job, long now, string reason, Exception otherwise)
    {
        bool answered;
        lock (_gate)
        {
            if (job.State == JobState.Ended)
                return;
            answered = job.TryCutShort(reason);
            Remove(job);
        }

        if (answered)
            job.Finish(now);
        else
            job.Fail(otherwise);
    }

    /// <summary>As <see cref="CutShort(ClassificationJob, long, string, Exception)"/>, for every job there is.</summary>
    public void CutShort(long now, string reason, Exception otherwise)
    {
        foreach (ClassificationJob job in Snapshot())
            CutShort(job, now, reason, otherwise);
    }

    /// <summary>Fails every job, those that are submitted later included: nobody is going to run them. The first reason stays.</summary>
    public void Close(Exception exception)
    {
        lock (_gate)
            _closed ??= exception;
        foreach (ClassificationJob job in Snapshot())
            Fail(job, exception);
    }

    /// <summary>Fills <paramref name="plan"/> with the next work of a device; <see cref="WorkKind.None"/> where there is none.</summary>
    public void Assemble(DeviceProfile device, long now, WorkPlan plan)
    {
        plan.Clear();
        lock (_gate)
            _assembler.Assemble(device, now, plan);
    }

    /// <summary>Takes back an encoding: from now on the job has rows, or more to encode.</summary>
    public void CompleteEncoding(WorkPlan plan, EncodedParts parts, TimeSpan elapsed, long now)
    {
        lock (_gate)
        {
            if (plan.Job is { State: JobState.Encoding } job)
                _assembler.Encoded(job, plan, parts, elapsed, now);
        }

        WorkArrived?.Invoke();
    }

    /// <summary>Takes back a batch: one error per row of the plan. Jobs that are decided end here; what goes wrong with one spares the others.</summary>
    /// <returns>How many rows came too late: their job had ended.</returns>
    public int CompleteBatch(DeviceProfile device, WorkPlan plan, ReadOnlySpan<double> errors, TimeSpan elapsed, long now)
    {
        int late = 0;
        lock (_gate)
            device.Ladders[plan.Model].Observe(plan.Bucket, elapsed.TotalSeconds);

        // Rows of one job stand together: each run of equal jobs is handed to that job at once.
        for (int begin = 0, end; begin < plan.Count; begin = end)
        {
            ClassificationJob job = plan.Rows[begin].Job;
            for (end = begin + 1; end < plan.Count && plan.Rows[end].Job == job; end++)
            {
            }

            if (!Settle(job, plan.Rows[begin..end], errors[begin..end], elapsed * (end - begin) / plan.Count, now))
                late += end - begin;
        }

        WorkArrived?.Invoke(); // a look may have opened new rows for another device
        return late;
    }

    /// <summary>
    /// Takes back work that could not be done. An encoding fails its job. A batch is halved and tried again, down to the row that poisons it,
    /// whose job fails: the others lose nothing but time.
    /// </summary>
    public void Fail(WorkPlan plan, Exception exception)
    {
        if (plan.Job is { } encoding)
        {
            Fail(encoding, exception);
            return;
        }

        ClassificationJob? poisoned;
        lock (_gate)
            poisoned = _assembler.Retry(plan, mayBePoisoned: true);
        if (poisoned is not null)
            Fail(poisoned, exception);
        WorkArrived?.Invoke();
    }

    /// <summary>Takes back a batch that a device had no memory for: from now on its batches of that model are smaller.</summary>
    public void FailForMemory(DeviceProfile device, WorkPlan plan, Exception exception)
    {
        bool smaller;
        lock (_gate)
        {
            smaller = device.Ladders[plan.Model].DropFrom(plan.Bucket);
            if (smaller)
                _assembler.Retry(plan, mayBePoisoned: false);
        }

        if (!smaller)
            Fail(plan, exception);
        WorkArrived?.Invoke();
    }

    // Whether the job still wanted the rows.
    private bool Settle(ClassificationJob job, ReadOnlySpan<WorkRow> rows, ReadOnlySpan<double> errors, TimeSpan share, long now)
    {
        try
        {
            bool decided = false;
            ClassificationResult? answer;
            lock (_gate)
            {
                if (job.State == JobState.Ended)
                    return false;
                for (int i = 0; i < rows.Length; i++)
                    decided |= job.Record(rows[i], errors[i]);
                job.CountBatch(share);
                if (decided)
                    Remove(job);
                answer = decided ? null : job.AnswerSoFar(now);
            }

            job.ReportProgress(answer);
            if (decided)
                job.Finish(now);
        }
        catch (Exception exception)
        {
            End(job);
            job.Fail(exception);
        }

        return true;
    }

    private ClassificationJob[] Snapshot()
    {
        lock (_gate)
            return [.. _jobs];
    }

    private bool End(ClassificationJob job)
    {
        lock (_gate)
            return Remove(job);
    }

    private bool Remove(ClassificationJob job)
    {
        if (_jobs.Remove(job))
            _assembler.Remove(job);
        return job.TryEnd();
    }
}
