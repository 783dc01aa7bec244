namespace DiffusionClassifier.Core.Jobs;

/// <summary>The times of one job, all from the request's arrival in the engine. Owned by the job.</summary>
/// <param name="time">The engine's clock.</param>
/// <param name="started">When the request came.</param>
/// <param name="deadline">From then until an answer is due; null: no limit.</param>
internal sealed class JobClock(TimeProvider time, long started, TimeSpan? deadline = null)
{
    /// <summary>Device time that the job has had.</summary>
    public TimeSpan Compute { get; private set; }

    /// <summary>When a device began with the job; null: none has.</summary>
    public TimeSpan? EncodeBegin { get; private set; }

    public TimeSpan? EncodeEnd { get; private set; }

    /// <summary>When the first row was put into a batch.</summary>
    public TimeSpan? DenoiseBegin { get; private set; }

    /// <summary>From the request's arrival in the engine to the first work on a device; zero if there was none.</summary>
    public TimeSpan Queue => EncodeBegin.GetValueOrDefault();

    public TimeSpan? Deadline => deadline;

    /// <summary>Whether a device has worked for the job.</summary>
    public bool HasBegun => EncodeBegin is not null;

    public void FirstWork(long now) => EncodeBegin ??= Waited(now);

    public void Encoded(TimeSpan elapsed, long now)
    {
        EncodeEnd = Waited(now);
        AddCompute(elapsed);
    }

    public void RowTaken(long now) => DenoiseBegin ??= Waited(now);

    public void AddCompute(TimeSpan elapsed) => Compute += elapsed;

    /// <summary>From the request's arrival in the engine until now.</summary>
    public TimeSpan Waited(long now) => time.GetElapsedTime(started, now);

    /// <summary>Seconds until the answer is due.</summary>
    public double SecondsLeft(long now) => deadline is { } due ? (due - Waited(now)).TotalSeconds : double.PositiveInfinity;

    /// <summary>What the job has cost so far.</summary>
    public CostSummary Cost(int rows, int fixedRows, int batches, long now)
    {
        TimeSpan total = Waited(now);
        return new CostSummary(rows, fixedRows, batches, Queue.TotalSeconds, Compute.TotalSeconds, total.TotalSeconds)
        {
            EncodeSeconds = (EncodeEnd.GetValueOrDefault(Queue) - Queue).TotalSeconds,
            DenoiseSeconds = (total - DenoiseBegin.GetValueOrDefault(total)).TotalSeconds,
        };
    }
}
