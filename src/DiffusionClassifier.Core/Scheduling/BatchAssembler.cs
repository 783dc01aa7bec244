using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling.Sharing;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// Makes plans for devices from what jobs need: whose turn it is, what is already encoded, what must be retried. Owned by the <see
/// cref="RowScheduler"/> and used under its lock.
/// </summary>
/// <param name="policy">Whose turn it is.</param>
/// <param name="find">A job that has not ended, by its number.</param>
/// <param name="prompts">What is encoded.</param>
internal sealed class BatchAssembler(ISharePolicy policy, Func<long, ClassificationJob?> find, PromptMemory prompts)
{
    private readonly BatchDraft _draft = new();
    private readonly RetryQueue _retries = new(find);

    public void Add(ClassificationJob job) => policy.Add(job);

    public void Remove(ClassificationJob job) => policy.Remove(job);

    /// <summary>Fills an empty plan with the next work for a device, if there is any.</summary>
    public void Assemble(DeviceProfile device, long now, WorkPlan plan)
    {
        if (_retries.TryTake(device, plan))
            return;
        _draft.Begin(device, now);
        while (!_draft.IsFull && policy.Next(_draft, now) is { Job: var job, Rows: var granted })
        {
            if (job.NeedsEncoding)
            {
                if (job.BeginEncoding(now, prompts) is not { } encoding)
                    continue; // everything was known: the job has rows now
                plan.Encode(job.Settings.Manifest.Id, job.Number, encoding);
                return;
            }

            int rows = _draft.Allot(job, granted);
            policy.Charge(job, rows, rows * device.SecondsPerRow(job.Settings.Manifest.Id));
        }

        if (_draft.Count > 0)
            Seal(device, plan);
    }

    /// <summary>Takes what a device encoded for a job.</summary>
    public void Encoded(ClassificationJob job, WorkPlan plan, EncodedParts parts, TimeSpan elapsed, long now)
    {
        job.Encoded(plan.Encoding!, parts, prompts, elapsed, now);
        policy.Charge(job, rows: 0, elapsed.TotalSeconds);
    }

    /// <inheritdoc cref="RetryQueue.Halve"/>
    public ClassificationJob? Retry(WorkPlan plan, bool mayBePoisoned) => _retries.Halve(plan, mayBePoisoned);

    private void Seal(DeviceProfile device, WorkPlan plan)
    {
        int fit = device.Ladder(_draft.Lead!.Settings.Manifest.Id).Fit(_draft.Count);
        while (_draft.Count > fit)
        {
            ClassificationJob job = _draft.GiveBackOne();
            policy.Charge(job, rows: -1, -device.SecondsPerRow(job.Settings.Manifest.Id));
        }

        _draft.MoveTo(plan);
    }
}
