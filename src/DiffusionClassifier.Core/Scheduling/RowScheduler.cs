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

    /// <summary>Takes ownership of a job.</summary>
    public void Submit(ClassificationJob job)
    {
        lock (_gate)
            _jobs.Add(job);
        WorkArrived?.Invoke();
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

    /// <summary>Fails every job, as at shutdown.</summary>
    public void FailAll(Exception exception)
    {
        ClassificationJob[] jobs;
        lock (_gate)
            jobs = [.. _jobs];
        foreach (ClassificationJob job in jobs)
            Fail(job, exception);
    }

    /// <summary>Fills <paramref name="plan"/> with the next work of a device; <see cref="WorkKind.None"/> where there is none.</summary>
    public void Assemble(DeviceProfile device, long now, WorkPlan plan)
    {
        plan.Clear();
        lock (_gate)
        {
            if (_jobs.Find(job => job.State == JobState.Queued && device.Runs(job)) is { } queued)
            {
                queued.BeginEncoding(now);
                plan.Encode(queued);
                return;
            }

            foreach (ClassificationJob job in _jobs)
            {
                if (!device.Runs(job) || (plan.Count > 0 && job.Settings.Manifest.Id != plan.Model))
                    continue;
                int limit = device.Buckets[job.Settings.Manifest.Id][^1];
                while (plan.Count < limit && job.HasRows)
                    plan.Add(job.TakeRow());
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

    /// <summary>Takes back a batch: one error per row of the plan. Jobs that are decided end here.</summary>
    public void CompleteBatch(WorkPlan plan, ReadOnlySpan<double> errors, TimeSpan elapsed, long now)
    {
        // Rows of one job stand together: each run of equal jobs is handed to that job at once.
        for (int begin = 0, end; begin < plan.Count; begin = end)
        {
            ClassificationJob job = plan.Rows[begin].Job;
            for (end = begin + 1; end < plan.Count && plan.Rows[end].Job == job; end++)
            {
            }

            try
            {
                if (RecordRows(job, plan.Rows[begin..end], errors[begin..end], elapsed * (end - begin) / plan.Count))
                    job.Finish(now);
                job.ReportProgress();
            }
            catch (Errors.ClassificationException exception)
            {
                Fail(job, exception);
            }
        }

        WorkArrived?.Invoke(); // a look may have opened new rows for another device
    }

    /// <summary>Takes back work that could not be done: every job that is in it fails.</summary>
    public void Fail(WorkPlan plan, Exception exception)
    {
        if (plan.Job is { } encoding)
            Fail(encoding, exception);
        foreach (WorkRow row in plan.Rows)
            Fail(row.Job, exception);
    }

    // True where these rows decided the job.
    private bool RecordRows(ClassificationJob job, ReadOnlySpan<WorkRow> rows, ReadOnlySpan<double> errors, TimeSpan share)
    {
        lock (_gate)
        {
            if (job.State == JobState.Ended)
                return false;
            job.CountBatch(share);
            bool decided = false;
            for (int i = 0; i < rows.Length; i++)
                decided |= job.Record(rows[i], errors[i]);
            if (decided)
                Remove(job);
            return decided;
        }
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
