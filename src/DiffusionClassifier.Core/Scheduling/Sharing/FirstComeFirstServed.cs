using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>The oldest job that has something to run gets all it can use: the baseline, as in most servers.</summary>
internal sealed class FirstComeFirstServed : ISharePolicy
{
    private readonly List<ClassificationJob> _jobs = [];

    public void Add(ClassificationJob job) => _jobs.Add(job);

    public void Remove(ClassificationJob job) => _jobs.Remove(job);

    public Grant? Next(BatchDraft draft, long now)
    {
        foreach (ClassificationJob job in _jobs)
        {
            if (draft.CanTake(job))
                return new Grant(job, draft.Limit);
        }

        return null;
    }

    public void Charge(ClassificationJob job, int rows, double seconds)
    {
    }
}
