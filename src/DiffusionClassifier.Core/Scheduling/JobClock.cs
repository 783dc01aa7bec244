namespace DiffusionClassifier.Core.Scheduling;

/// <summary>The times of one job, in timestamps of its <see cref="TimeProvider"/>. Owned by the job.</summary>
internal sealed class JobClock(TimeProvider time, long started)
{
    private long _firstWork;

    public TimeSpan Compute { get; private set; }

    public void FirstWork(long now) => _firstWork = now;

    public void AddCompute(TimeSpan elapsed) => Compute += elapsed;

    /// <summary>From the request's arrival in the engine to the first work on a device.</summary>
    public TimeSpan Queue => time.GetElapsedTime(started, _firstWork);

    public TimeSpan Total(long now) => time.GetElapsedTime(started, now);
}
