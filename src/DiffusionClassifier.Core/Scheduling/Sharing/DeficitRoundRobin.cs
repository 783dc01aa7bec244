using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>
/// Deficit round robin over jobs (Shreedhar, Varghese, 1996), a baseline: fair to jobs, but a newcomer waits for a whole round of them.
/// </summary>
internal sealed class DeficitRoundRobin : ISharePolicy
{
    private const int Quantum = 8; // rows: a quarter of a batch of 32, so that a batch holds several jobs

    private readonly List<ClassificationJob> _jobs = [];
    private int _current;
    private int _deficit; // rows that the current job may still have; unused ones are lost, as in the method for empty queues

    public void Add(ClassificationJob job) => _jobs.Add(job);

    public void Remove(ClassificationJob job)
    {
        int index = _jobs.IndexOf(job);
        if (index < 0)
            return;
        _jobs.RemoveAt(index);
        if (index < _current)
            _current--;
        else if (index == _current)
            _deficit = Quantum; // the job that is here now starts afresh
    }

    public Grant? Next(BatchDraft draft, long now)
    {
        // What must be encoded shares no batch. If it had to wait for its turn, it would never be served if rounds always pass it in
        // mid-batch.
        if (draft.Lead is null && _jobs.Find(job => job.NeedsEncoding && draft.CanTake(job)) is { } newcomer)
            return new Grant(newcomer, 1);

        for (int i = 0; i <= _jobs.Count && _jobs.Count > 0; i++)
        {
            ClassificationJob job = _jobs[_current % _jobs.Count];
            if (_deficit > 0 && draft.CanTake(job))
            {
                int rows = _deficit;
                _deficit = 0;
                return new Grant(job, rows);
            }

            _current = (_current + 1) % _jobs.Count;
            _deficit = Quantum;
        }

        return null;
    }

    public void Charge(ClassificationJob job, int rows, double seconds)
    {
    }
}
