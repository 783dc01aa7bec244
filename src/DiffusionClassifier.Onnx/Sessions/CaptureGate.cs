namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// While a graph's calls are being captured, CUDA lets no thread of the process allocate memory of any device: whoever may do so waits.
/// Thread-safe.
/// </summary>
internal static class CaptureGate
{
    private static readonly ReaderWriterLockSlim Gate = new(LockRecursionPolicy.SupportsRecursion);

    /// <summary>Captures calls.</summary>
    public static void Close(Action action)
    {
        Gate.EnterWriteLock();
        try
        {
            action();
        }
        finally
        {
            Gate.ExitWriteLock();
        }
    }

    /// <summary>Does something that may allocate.</summary>
    public static T Share<T>(Func<T> action)
    {
        Gate.EnterReadLock();
        try
        {
            return action();
        }
        finally
        {
            Gate.ExitReadLock();
        }
    }
}
