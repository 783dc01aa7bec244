namespace DiffusionClassifier.Core.Scheduling;

/// <summary>The times of one job, all since the request's arrival in the engine. Owned by the job.</summary>
internal sealed class JobClock(TimeProvider time, long started)
{
    public TimeSpan Compute { get; private set; }

    /// <summary>When a device began with the job; null: none has.</summary>
    public TimeSpan? EncodeBegin { get; private set; }

    public TimeSpan? EncodeEnd { get; private set; }

    /// <summary>When the first row was put into a batch.</summary>
    public TimeSpan? DenoiseBegin { get; private set; }

    /// <summary>From the request's arrival in the engine to the first work on a device.</summary>
    public TimeSpan Queue => EncodeBegin.GetValueOrDefault();

    public void FirstWork(long now) => EncodeBegin = Total(now);

    public void Encoded(TimeSpan elapsed)
    {
        EncodeEnd = EncodeBegin + elapsed;
        AddCompute(elapsed);
    }

    public void RowTaken(long now) => DenoiseBegin ??= Total(now);

    public void AddCompute(TimeSpan elapsed) => Compute += elapsed;

    public TimeSpan Total(long now) => time.GetElapsedTime(started, now);
}
