using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>One class of priority and the tenants in it, which share equally. Owned by a <see cref="FairShare"/>.</summary>
internal sealed class PriorityShare(PriorityClass priority)
{
    // Whose debts are remembered: more than share a server at once, and few enough to look at all of them. A tenant that has no jobs and
    // the smallest debt makes room: names may come from tokens, as many as an identity provider has users.
    private const int MaxTenants = 1_000;

    // Device seconds. Interactive requests come in bursts and leave much of their share unused: whoever waits for one has it at once, as
    // long as these do not take more than their share over some seconds. Those who wait for large requests do not notice.
    private const double InteractiveCredit = 5;

    private readonly List<TenantShare> _tenants = [];
    private double _clock;
    private int _jobs;

    public Flow Flow { get; } = new(PriorityWeights.Of(priority), priority == PriorityClass.Interactive ? InteractiveCredit : 0);

    /// <summary>How many tenants are remembered.</summary>
    public int Tenants => _tenants.Count;

    public void Add(ClassificationJob job, double clock)
    {
        if (_jobs++ == 0)
            Flow.Join(clock);
        Tenant(job).Add(job, _clock);
    }

    public void Remove(ClassificationJob job)
    {
        _jobs--;
        Tenant(job).Remove(job);
    }

    /// <summary>The next job of this class.</summary>
    public ClassificationJob? Next(BatchDraft draft, long now)
    {
        TenantShare? best = null;
        ClassificationJob? next = null;
        foreach (TenantShare tenant in _tenants)
        {
            if ((best is null || tenant.Flow.VirtualTime < best.Flow.VirtualTime)
                && tenant.Next(draft, now, bySize: priority == PriorityClass.Interactive) is { } job)
            {
                (best, next) = (tenant, job);
            }
        }

        return next;
    }

    /// <summary>Whether the job's tenant may have a first row out of turn in this batch; true once.</summary>
    public bool Admits(ClassificationJob job, BatchDraft draft) => Tenant(job).Admits(draft);

    /// <summary>A job is served in its turn.</summary>
    public void Serve(ClassificationJob job)
    {
        TenantShare tenant = Tenant(job);
        _clock = Math.Max(_clock, tenant.Flow.VirtualTime);
        tenant.Serve(job);
    }

    public void Charge(double clock, ClassificationJob job, double seconds)
    {
        Flow.Charge(clock, seconds);
        Tenant(job).Charge(_clock, job, seconds);
    }

    private TenantShare Tenant(ClassificationJob job)
    {
        foreach (TenantShare tenant in _tenants)
        {
            if (tenant.Name == job.Settings.Tenant)
                return tenant;
        }

        if (_tenants.Count >= MaxTenants && _tenants.Where(idle => idle.IsIdle).MinBy(idle => idle.Flow.VirtualTime) is { } least)
            _tenants.Remove(least);
        var added = new TenantShare(job.Settings.Tenant);
        _tenants.Add(added);
        return added;
    }
}
