namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>One tenant's jobs of one class. Owned by a <see cref="ClassShare"/>.</summary>
/// <remarks>
/// Interactive jobs: the highest response ratio next, (waiting time + time still needed) ÷ time still needed (Brinch Hansen, 1971). That is
/// shortest remaining time first, with an ageing that lets no job wait forever. Other classes: start-time fair queueing, so that all go on.
/// </remarks>
internal sealed class TenantShare(string name)
{
    private readonly List<ClassificationJob> _jobs = [];
    private double _clock;
    private long _admitted; // number of the batch that had a first row out of turn

    public string Name => name;

    public Share Share { get; } = new(weight: 1);

    public void Add(ClassificationJob job, double clock)
    {
        if (_jobs.Count == 0)
            Share.Join(clock);
        job.Share.Join(_clock);
        _jobs.Add(job);
    }

    public void Remove(ClassificationJob job) => _jobs.Remove(job);

    public ClassificationJob? Next(BatchDraft draft, long now, bool bySize)
    {
        ClassificationJob? best = null;
        double bestRank = 0;
        foreach (ClassificationJob job in _jobs)
        {
            if (!draft.CanTake(job))
                continue;
            double rank = bySize ? -ResponseRatio(job, draft, now) : job.Share.VirtualTime;
            if (best is null || rank < bestRank)
                (best, bestRank) = (job, rank);
        }

        return best;
    }

    public bool Admits(BatchDraft draft)
    {
        bool first = _admitted != draft.Number;
        _admitted = draft.Number;
        return first;
    }

    /// <summary>A job is served in its turn.</summary>
    public void Serve(ClassificationJob job) => _clock = Math.Max(_clock, job.Share.VirtualTime);

    public void Charge(double clock, ClassificationJob job, double seconds)
    {
        Share.Charge(clock, seconds);
        job.Share.Charge(_clock, seconds);
    }

    private static double ResponseRatio(ClassificationJob job, BatchDraft draft, long now) =>
        1 + job.Clock.Waited(now).TotalSeconds / (Math.Max(1, job.RemainingRows) * draft.Device.SecondsPerRow(job));
}
