namespace DiffusionClassifier.Jobs.Devices;

/// <summary>
/// Which run of each job has work on this replica. A job that was taken up from a replica that is lost has left work behind, whose results
/// nobody takes: it ends, or it would keep the devices from what is handed out anew. Owns these runs; thread-safe.
/// </summary>
internal sealed class LatestRuns
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GrainId, Run> _runs = [];

    /// <summary>Computes something for a run of a job, unless there is, or comes, a later one.</summary>
    /// <param name="job">The job.</param>
    /// <param name="number">
    /// Of the run; 0 from a replica of a version that does not number them, which neither ends others nor is ended.
    /// </param>
    /// <param name="compute">What to do.</param>
    /// <param name="stop">Whether its caller still wants it.</param>
    /// <exception cref="OperationCanceledException">There is a later run, or it was told to stop.</exception>
    public async Task<T> ComputeAsync<T>(GrainId job, int number, Func<CancellationToken, Task<T>> compute, CancellationToken stop)
    {
        if (number == 0)
            return await compute(stop);
        Run run = Enter(job, number);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, run.Superseded.Token);
            return await compute(either.Token);
        }
        finally
        {
            Leave(job, run);
        }
    }

    private Run Enter(GrainId job, int number)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(job, out Run? run) || run.Number < number)
            {
                run?.Superseded.Cancel();
                _runs[job] = run = new Run(number);
            }
            else if (run.Number > number) // a replica that was frozen: another one has taken the job up meanwhile
            {
                throw new OperationCanceledException("There is a later run of the job.");
            }

            run.Calls++;
            return run;
        }
    }

    private void Leave(GrainId job, Run run)
    {
        lock (_gate)
        {
            if (--run.Calls > 0)
                return;
            run.Superseded.Dispose();
            if (_runs.GetValueOrDefault(job) == run)
                _runs.Remove(job);
        }
    }

    private sealed class Run(int number)
    {
        public int Number => number;

        /// <summary>Cancelled when a later run comes.</summary>
        public CancellationTokenSource Superseded { get; } = new();

        /// <summary>How many are under way.</summary>
        public int Calls { get; set; }
    }
}
