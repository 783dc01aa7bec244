using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>
/// Divides devices among classes by weight, among the tenants of a class equally, and among the jobs of a tenant: the first two by
/// start-time fair queueing, work-conserving; jobs as <see cref="TenantShare"/> says. So a small request waits only for its own class,
/// however many large ones there are. Owned by a <see cref="RowScheduler"/> and called under its lock.
/// </summary>
/// <remarks>
/// New jobs are served out of turn, and pay like others: the first encoding of a job, because without it there are no rows to fill a batch
/// with, and the first row of a job, one such job per tenant and batch, so that it is in the next assembled batch, whatever its tenant has
/// used. Not the first row of bulk work, for which nobody waits.
/// A turn of work that is not interactive is at least the rest of a trial: its rows share their noise, and with some models half of the
/// denoiser.
/// </remarks>
internal sealed class FairShare : ISharePolicy
{
    private const int TurnsPerBatch = 8; // a batch is shared out in this many turns, more if there are more jobs

    private readonly PriorityShare[] _classes = [new(PriorityClass.Interactive), new(PriorityClass.Standard), new(PriorityClass.Bulk)];
    private readonly List<ClassificationJob> _newcomers = []; // never had a row, in order of arrival
    private double _clock;
    private int _jobs;
    private long _firstRowsOf; // number of the batch that has all the first rows it can have

    public void Add(ClassificationJob job)
    {
        _classes[(int)job.Settings.Priority].Add(job, _clock);
        _newcomers.Add(job);
        _jobs++;
    }

    public void Remove(ClassificationJob job)
    {
        _classes[(int)job.Settings.Priority].Remove(job);
        _newcomers.Remove(job);
        _jobs--;
    }

    public Grant? Next(BatchDraft draft, long now)
    {
        if ((draft.Lead is null ? FirstEncoding(draft) : FirstRow(draft)) is { } newcomer)
            return new Grant(newcomer, 1);

        PriorityShare? best = null;
        ClassificationJob? next = null;
        foreach (PriorityShare share in _classes)
        {
            if ((best is null || share.Flow.VirtualTime < best.Flow.VirtualTime) && share.Next(draft, now) is { } job)
                (best, next) = (share, job);
        }

        if (best is null || next is null)
            return null;
        // Only jobs that are served in turn move the clocks: a flood of new jobs must not age the debts that it is measured by.
        _clock = Math.Max(_clock, best.Flow.VirtualTime);
        best.Serve(next);
        int turn = Math.Max(1, draft.Limit / Math.Max(TurnsPerBatch, _jobs));
        if (next.Settings.Priority != PriorityClass.Interactive)
            turn = Math.Max(turn, Math.Min(draft.RestOfTrial(next), draft.RoomFor(next) - AwaitedFirstRows(draft)));
        return new Grant(next, turn);
    }

    public void Charge(ClassificationJob job, int rows, double seconds)
    {
        _classes[(int)job.Settings.Priority].Charge(_clock, job, seconds);
        if (rows > 0)
            _newcomers.Remove(job);
    }

    // Newcomers that may have a row of this batch out of turn: they come right after its first turn.
    private int AwaitedFirstRows(BatchDraft draft)
    {
        int count = 0;
        if (draft.Lead is not null)
            return count;
        foreach (ClassificationJob job in _newcomers)
            count += job.Settings.Priority != PriorityClass.Bulk && draft.CanTake(job) ? 1 : 0;
        return count;
    }

    private ClassificationJob? FirstEncoding(BatchDraft draft)
    {
        foreach (ClassificationJob job in _newcomers)
        {
            if (job.NeedsEncoding && !job.Clock.HasBegun && draft.CanTake(job))
                return job;
        }

        return null;
    }

    private ClassificationJob? FirstRow(BatchDraft draft)
    {
        if (_firstRowsOf == draft.Number)
            return null;
        foreach (ClassificationJob job in _newcomers)
        {
            PriorityClass priority = job.Settings.Priority;
            if (priority != PriorityClass.Bulk && draft.CanTake(job) && _classes[(int)priority].Admits(job, draft))
                return job;
        }

        _firstRowsOf = draft.Number; // what a batch cannot take, it cannot take when it has more rows
        return null;
    }
}
