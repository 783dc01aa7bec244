namespace DiffusionClassifier.Evaluation.Benches.InProcess;

/// <summary>
/// What the thread that fills and scores an engine's batches has allocated, as it last reported; another thread's count cannot be read.
/// </summary>
internal sealed class FeederAllocations
{
    private long _bytes;

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Called on that thread.</summary>
    public void Note() => Volatile.Write(ref _bytes, GC.GetAllocatedBytesForCurrentThread());
}
