using DiffusionClassifier.Core.Scheduling.Devices;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Rows of batches that failed, in groups that are each to be run alone. Owned by the <see cref="RowScheduler"/> and used under its lock.</summary>
internal sealed class RetryQueue
{
    private readonly List<WorkRow[]> _groups = [];

    /// <summary>Moves the oldest group that the device runs to a plan, without the rows of jobs that have ended. Nothing joins them: a row that fails a batch must be found.</summary>
    public bool TryTake(DeviceProfile device, WorkPlan plan)
    {
        for (int i = 0; i < _groups.Count; i++)
        {
            WorkRow[] rows = [.. _groups[i].Where(IsWanted)];
            if (rows.Length > 0 && !device.Runs(rows[0].Job))
                continue;
            _groups.RemoveAt(i--);
            if (rows.Length == 0)
                continue;
            BatchLadder ladder = device.Ladder(rows[0].Job);
            if (rows.Length > ladder.Top) // this device takes less than the one that failed
                _groups.Insert(i + 1, rows[ladder.Top..]);
            rows = rows[..Math.Min(rows.Length, ladder.Top)];
            plan.Denoise(rows[0].Job.Settings.Manifest.Id, ladder, rows.Length, isRetry: true);
            foreach (WorkRow row in rows)
                plan.Add(row);
            return true;
        }

        return false;
    }

    /// <summary>Takes the rows of a batch that failed, in two halves.</summary>
    /// <param name="plan">The batch.</param>
    /// <param name="mayBePoisoned">Whether a single row that fails is to blame.</param>
    /// <returns>The job of the single row that was left, which is to blame; else null.</returns>
    public ClassificationJob? Halve(WorkPlan plan, bool mayBePoisoned = true)
    {
        WorkRow[] rows = [.. plan.Rows.ToArray().Where(IsWanted)];
        if (rows.Length == 1 && plan.Count == 1 && mayBePoisoned) // where others were in the batch, one of them may have been to blame
            return rows[0].Job;
        int half = rows.Length / 2;
        if (half > 0)
            _groups.Add(rows[..half]);
        if (rows.Length > half)
            _groups.Add(rows[half..]);
        return null;
    }

    // A batch may fail when some of its rows are recorded already.
    private static bool IsWanted(WorkRow row) => row.Job.State != JobState.Ended && !row.Job.Scores.Has(row.Prompt, row.Position);
}
