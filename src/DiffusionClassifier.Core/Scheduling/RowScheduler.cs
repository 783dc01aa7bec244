using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// Decides what every device does next. A pure state machine: time and results come in as arguments, nothing waits or blocks in it.
/// It owns all jobs from <see cref="Submit"/> until they end; every method may be called from any thread and takes its one lock
/// for microseconds.
/// </summary>
/// <remarks>First come, first served by job, encoding before denoising, with rows of later jobs of the same model filling up a batch.</remarks>
internal sealed class RowScheduler
{
    private readonly Lock _gate = new();
    private readonly List<ClassificationJob> _jobs = [];
    private Exception? _closed; // why no job is taken any more

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

    /// <summary>Takes ownership of a job; after <see cref="Close"/> it fails at once.</summary>
    public void Submit(ClassificationJob job)
    {
        Exception? closed;
        lock (_gate)
        {
            closed = _closed;
            if (closed is null)
                _jobs.Add(job);
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

    /// <summary>Fails every job, those that are submitted later included: nobody is going to run them. The first reason stays.</summary>
    public void Close(Exception exception)
    {
        ClassificationJob[] jobs;
        lock (_gate)
        {
            _closed ??= exception;
            jobs = [.. _jobs];
        }

        foreach (ClassificationJob job in jobs)
            Fail(job, exception);
    }

    /// <summary>Fills <paramref name="plan"/> with the next work of a device; <see cref="WorkKind.None"/> where there is none.</summary>
    public void Assemble(DeviceProfile device, long now, WorkPlan plan)
    {
        plan.Clear();
        lock (_gate)
        {
            if (FindQueued(device) is { } queued)
            {
                queued.BeginEncoding(now);
                plan.Encode(queued);
                return;
            }

            foreach (ClassificationJob job in _jobs)
            {
                if (!device.Runs(job))
                    continue;
                int limit = device.Buckets[job.Settings.Manifest.Id][^1];
                while (plan.Count < limit && job.HasRows && plan.Accepts(job))
                    plan.Add(job.TakeRow(now));
            }
        }
    }

    /// <summary>Takes back an encoding: from now on the job has rows.</summary>
    public void CompleteEncoding(WorkPlan plan, Latent latent, IReadOnlyList<Conditioning> conditionings, TimeSpan elapsed)
    {
        lock (_gate)
        {
            if (plan.Job is { State: JobState.Encoding } job)
                job.Encoded(latent, conditionings, elapsed);
        }

        WorkArrived?.Invoke();
    }

    /// <summary>Takes back a batch: one error per row of the plan. Jobs that are decided end here; what goes wrong with one spares the others.</summary>
    /// <returns>How many rows came too late: their job had ended.</returns>
    public int CompleteBatch(WorkPlan plan, ReadOnlySpan<double> errors, TimeSpan elapsed, long now)
    {
        int late = 0;
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

    /// <summary>Takes back work that could not be done: every job that is in it fails.</summary>
    public void Fail(WorkPlan plan, Exception exception)
    {
        if (plan.Job is { } encoding)
            Fail(encoding, exception);
        foreach (WorkRow row in plan.Rows)
            Fail(row.Job, exception);
    }

    private ClassificationJob? FindQueued(DeviceProfile device)
    {
        foreach (ClassificationJob job in _jobs)
        {
            if (job.State == JobState.Queued && device.Runs(job))
                return job;
        }

        return null;
    }

    // Whether the job still wanted the rows.
    private bool Settle(ClassificationJob job, ReadOnlySpan<WorkRow> rows, ReadOnlySpan<double> errors, TimeSpan share, long now)
    {
        try
        {
            bool decided = false;
            lock (_gate)
            {
                if (job.State == JobState.Ended)
                    return false;
                job.CountBatch(share);
                for (int i = 0; i < rows.Length; i++)
                    decided |= job.Record(rows[i], errors[i]);
                if (decided)
                    Remove(job);
            }

            job.ReportProgress();
            if (decided)
                job.Finish(now);
        }
        catch (Exception exception)
        {
            End(job);
            job.Fail(exception); // also where it was decided, but its answer could not be built or reported
        }

        return true;
    }

    private bool End(ClassificationJob job)
    {
        lock (_gate)
            return Remove(job);
    }

    private bool Remove(ClassificationJob job)
    {
        _jobs.Remove(job);
        return job.TryEnd();
    }
}
