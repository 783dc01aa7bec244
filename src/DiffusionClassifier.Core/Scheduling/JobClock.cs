namespace DiffusionClassifier.Core.Scheduling;

/// <summary>The times of one job, in timestamps of its <see cref="TimeProvider"/>. Owned by the job.</summary>
/// <param name="time">The engine's clock.</param>
/// <param name="started">When the request came.</param>
/// <param name="deadline">From then until an answer is due; null: when it is done.</param>
internal sealed class JobClock(TimeProvider time, long started, TimeSpan? deadline = null)
{
    private long? _firstWork;

    /// <summary>Device time that the job has had.</summary>
    public TimeSpan Compute { get; private set; }

    /// <summary>From the request's arrival in the engine to the first work on a device; zero where there was none.</summary>
    public TimeSpan Queue => time.GetElapsedTime(started, _firstWork ?? started);

    public TimeSpan? Deadline => deadline;

    /// <summary>Whether a device has done anything for the job.</summary>
    public bool HasBegun => _firstWork is not null;

    public void FirstWork(long now) => _firstWork ??= now;

    public void AddCompute(TimeSpan elapsed) => Compute += elapsed;

    /// <summary>From the request's arrival in the engine until now.</summary>
    public TimeSpan Waited(long now) => time.GetElapsedTime(started, now);

    /// <summary>Seconds until the answer is due.</summary>
    public double SecondsLeft(long now) => deadline is { } due ? (due - Waited(now)).TotalSeconds : double.PositiveInfinity;
}
