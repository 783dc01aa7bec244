using DiffusionClassifier.Core.Scheduling.Devices;
using DiffusionClassifier.Core.Scheduling.Sharing;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Makes plans for devices of what jobs want: whose turn it is, what is encoded already, what must be tried again. Owned by the <see cref="RowScheduler"/> and used under its lock.</summary>
internal sealed class BatchAssembler(ISharePolicy policy)
{
    private const long CacheBytes = 256L << 20; // a thousand prompts of Stable Diffusion 2 (77×1024 floats each)

    private readonly BatchDraft _draft = new();
    private readonly RetryQueue _retries = new();
    private readonly ConditioningCache _conditionings = new(CacheBytes);

    /// <summary>Prompts that were found encoded.</summary>
    public long CachedPrompts => _conditionings.Hits;

    public void Add(ClassificationJob job) => policy.Add(job);

    public void Remove(ClassificationJob job) => policy.Remove(job);

    /// <summary>Fills an empty plan with the next work of a device, where there is any.</summary>
    public void Assemble(DeviceProfile device, long now, WorkPlan plan)
    {
        if (_retries.TryTake(device, plan))
            return;
        _draft.Begin(device, now);
        while (!_draft.IsFull && policy.Next(_draft, now) is { } turn)
        {
            if (turn.Job.NeedsEncoding)
            {
                turn.Job.BeginEncoding(now, _conditionings, plan);
                if (plan.Kind == WorkKind.Encode)
                    return;
                continue; // all of it was known: the job has rows now
            }

            int rows = _draft.Allot(turn.Job, turn.Rows);
            policy.Charge(turn.Job, rows * device.SecondsPerRow(turn.Job));
        }

        if (_draft.Count > 0)
            Seal(device, plan);
    }

    /// <summary>Takes what a device encoded for a job.</summary>
    public void Encoded(ClassificationJob job, WorkPlan plan, EncodedParts parts, TimeSpan elapsed, long now)
    {
        job.Encoded(plan, parts, _conditionings, elapsed, now);
        policy.Charge(job, elapsed.TotalSeconds);
    }

    /// <inheritdoc cref="RetryQueue.Halve"/>
    public ClassificationJob? Retry(WorkPlan plan, bool mayBePoisoned) => _retries.Halve(plan, mayBePoisoned);

    private void Seal(DeviceProfile device, WorkPlan plan)
    {
        int fit = device.Ladder(_draft.Lead!).Fit(_draft.Count);
        while (_draft.Count > fit)
        {
            ClassificationJob job = _draft.GiveBackOne();
            policy.Charge(job, -device.SecondsPerRow(job));
        }

        _draft.MoveTo(plan);
    }
}
