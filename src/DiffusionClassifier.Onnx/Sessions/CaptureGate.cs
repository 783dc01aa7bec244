namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// While a graph's calls are being captured, CUDA lets no other thread of the process allocate, free or wait on the device: whoever may do
/// so passes here first, and waits. Thread-safe.
/// </summary>
internal static class CaptureGate
{
    // The thread that captures may pass as well.
    private static readonly ReaderWriterLockSlim Gate = new(LockRecursionPolicy.SupportsRecursion);

    /// <summary>Keeps all others out until it is disposed, to capture.</summary>
    public static Passage Close()
    {
        Gate.EnterWriteLock();
        return new Passage(alone: true);
    }

    /// <summary>Keeps captures away until it is disposed. Not for a thread that captures before that.</summary>
    public static Passage Pass()
    {
        Gate.EnterReadLock();
        return new Passage(alone: false);
    }

    /// <summary>Being inside, for the thread that went in.</summary>
    public readonly ref struct Passage(bool alone)
    {
        public void Dispose()
        {
            if (alone)
                Gate.ExitWriteLock();
            else
                Gate.ExitReadLock();
        }
    }
}
