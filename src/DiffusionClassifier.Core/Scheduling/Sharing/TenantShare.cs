using System.Runtime.InteropServices;
using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>
/// One tenant's jobs of one class of priority, each with its part of the tenant's device time. Owned by a <see cref="PriorityShare"/>.
/// </summary>
/// <remarks>
/// Interactive jobs: the highest response ratio next, (waiting time + time still needed) ÷ time still needed (Brinch Hansen, 1971). That is
/// shortest remaining time first, with an aging that lets no job wait forever. Other classes: start-time fair queueing, so that all make
/// progress. The blocks of one request are one participant, and run in the order of their coming: the first is back sooner, and a request
/// gets no more for being divided.
/// </remarks>
internal sealed class TenantShare(string name)
{
    private readonly List<ClassificationJob> _jobs = [];
    private readonly Dictionary<object, Flow> _flows = new(ReferenceEqualityComparer.Instance); // by participant
    private double _clock;
    private long _admitted; // number of the batch that had a first row out of turn

    public string Name => name;

    public bool IsIdle => _jobs.Count == 0;

    public Flow Flow { get; } = new(weight: 1);

    public void Add(ClassificationJob job, double clock)
    {
        if (_jobs.Count == 0)
            Flow.Join(clock);
        _jobs.Add(job);
        ref Flow? flow = ref CollectionsMarshal.GetValueRefOrAddDefault(_flows, Participant(job), out bool isKnown);
        if (isKnown)
            return;
        flow = new Flow(weight: 1);
        flow.Join(_clock);
    }

    public void Remove(ClassificationJob job)
    {
        _jobs.Remove(job);
        object participant = Participant(job);
        if (!_jobs.Exists(other => ReferenceEquals(Participant(other), participant)))
            _flows.Remove(participant);
    }

    public ClassificationJob? Next(BatchDraft draft, long now, bool bySize)
    {
        ClassificationJob? best = null;
        double bestRank = 0;
        foreach (ClassificationJob job in _jobs)
        {
            if (!draft.CanTake(job))
                continue;
            double rank = bySize ? -ResponseRatio(job, draft, now) : _flows[Participant(job)].VirtualTime;
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
    public void Serve(ClassificationJob job) => _clock = Math.Max(_clock, _flows[Participant(job)].VirtualTime);

    public void Charge(double clock, ClassificationJob job, double seconds)
    {
        Flow.Charge(clock, seconds);
        _flows[Participant(job)].Charge(_clock, seconds);
    }

    private static object Participant(ClassificationJob job) => (object?)job.Settings.BlockOf ?? job;

    private static double ResponseRatio(ClassificationJob job, BatchDraft draft, long now) =>
        1 + job.Clock.Waited(now).TotalSeconds / (Math.Max(1, job.RemainingRows) * draft.Device.SecondsPerRow(job.Settings.Manifest.Id));
}
