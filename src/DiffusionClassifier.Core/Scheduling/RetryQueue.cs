using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// Rows of batches that failed, in groups that each run alone. Owned by the <see cref="RowScheduler"/> and used under its lock.
/// </summary>
/// <param name="find">A job that has not ended, by its number.</param>
internal sealed class RetryQueue(Func<long, ClassificationJob?> find)
{
    private readonly List<(string Model, WorkRow[] Rows)> _groups = [];

    /// <summary>
    /// Moves the oldest group that the device runs to a plan, without the rows of jobs that have ended. Nothing joins them: a row that
    /// fails a batch must be found.
    /// </summary>
    public bool TryTake(DeviceProfile device, WorkPlan plan)
    {
        for (int i = 0; i < _groups.Count; i++)
        {
            (string model, WorkRow[] rows) = _groups[i];
            rows = Wanted(rows);
            if (rows.Length > 0 && !device.Runs(model))
                continue;
            _groups.RemoveAt(i--);
            if (rows.Length == 0)
                continue;
            BatchLadder ladder = device.Ladder(model);
            if (rows.Length > ladder.Top) // this device takes less than the one that failed
                _groups.Insert(i + 1, (model, rows[ladder.Top..]));
            rows = rows[..Math.Min(rows.Length, ladder.Top)];
            plan.Denoise(model, ladder, rows.Length, isRetry: true);
            foreach (WorkRow row in rows)
                plan.Add(row, find(row.Job)!.Inputs);
            return true;
        }

        return false;
    }

    /// <summary>Takes the rows of a batch that failed, in two halves.</summary>
    /// <param name="plan">The batch.</param>
    /// <param name="mayBePoisoned">Whether a single row that fails is at fault.</param>
    /// <returns>The job of the single row that was left, which is at fault; else null.</returns>
    public ClassificationJob? Halve(WorkPlan plan, bool mayBePoisoned = true)
    {
        WorkRow[] rows = Wanted(plan.Rows.ToArray());
        if (rows.Length == 1 && plan.Count == 1 && mayBePoisoned) // if there were others in the batch, one of them may have been at fault
            return find(rows[0].Job);
        int half = rows.Length / 2;
        if (half > 0)
            _groups.Add((plan.Model, rows[..half]));
        if (rows.Length > half)
            _groups.Add((plan.Model, rows[half..]));
        return null;
    }

    // A batch may fail when some of its rows have already been recorded.
    private WorkRow[] Wanted(WorkRow[] rows) => [.. rows.Where(row => find(row.Job)?.Wants(row.Prompt, row.Position) == true)];
}
