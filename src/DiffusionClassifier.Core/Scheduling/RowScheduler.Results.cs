using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>What devices bring back, and where they fail.</summary>
internal sealed partial class RowScheduler
{
    /// <inheritdoc/>
    public void CompleteEncoding(WorkPlan plan, EncodedParts parts, TimeSpan elapsed, long now)
    {
        lock (_gate)
        {
            if (FindLocked(plan.Job) is { State: JobState.Encoding } job)
                _assembler.Encoded(job, plan, parts, elapsed, now);
        }

        WorkArrived?.Invoke();
    }

    /// <inheritdoc/>
    public int CompleteBatch(DeviceProfile device, WorkPlan plan, ReadOnlySpan<double> errors, TimeSpan elapsed, long now)
    {
        int late = 0;
        lock (_gate)
            plan.Ladder!.Observe(plan.Bucket, elapsed.TotalSeconds);

        int heads = errors.Length / plan.Count;
        // Rows of one job are adjacent: each run of rows is handed to its job at once.
        for (int begin = 0, end; begin < plan.Count; begin = end)
        {
            long job = plan.Rows[begin].Job;
            for (end = begin + 1; end < plan.Count && plan.Rows[end].Job == job; end++)
            {
            }

            if (!Settle(plan.Rows[begin..end], errors[(begin * heads)..(end * heads)], elapsed * (end - begin) / plan.Count, now))
                late += end - begin;
        }

        WorkArrived?.Invoke(); // a look may have opened new rows for another device
        return late;
    }

    /// <inheritdoc/>
    public void Fail(WorkPlan plan, Exception exception)
    {
        ClassificationJob? failed;
        lock (_gate)
            failed = plan.Encoding is null ? _assembler.Retry(plan, mayBePoisoned: true) : FindLocked(plan.Job);
        if (failed is not null)
            Fail(failed, exception);
        WorkArrived?.Invoke();
    }

    /// <inheritdoc/>
    public void FailForMemory(DeviceProfile device, WorkPlan plan, Exception exception)
    {
        bool smaller;
        lock (_gate)
        {
            smaller = plan.Ladder!.DropFrom(plan.Bucket);
            if (smaller)
                _assembler.Retry(plan, mayBePoisoned: false);
        }

        if (!smaller)
            Fail(plan, exception);
        WorkArrived?.Invoke();
    }

    /// <summary>Hands rows of one job to it.</summary>
    /// <returns>Whether it still needed them.</returns>
    private bool Settle(ReadOnlySpan<WorkRow> rows, ReadOnlySpan<double> errors, TimeSpan share, long now)
    {
        ClassificationJob? job = null;
        try
        {
            bool decided = false;
            ClassificationResult? answer;
            lock (_gate)
            {
                job = FindLocked(rows[0].Job);
                if (job is null)
                    return false;
                int heads = errors.Length / rows.Length;
                for (int i = 0; i < rows.Length; i++)
                {
                    decided |= heads == 1
                        ? job.Record(rows[i].Prompt, rows[i].Position, errors[i])
                        : job.Record(rows[i].Position, errors.Slice(i * heads, heads));
                }

                job.CountBatch(share);
                if (decided)
                    EndLocked(job);
                answer = decided ? null : job.AnswerSoFar(now);
            }

            job.ReportProgress(answer);
            if (decided)
                job.Finish(now);
        }
        catch (Exception exception) when (job is not null)
        {
            End(job);
            job.Fail(exception);
        }

        return true;
    }
}
