namespace DiffusionClassifier.Testing;

/// <summary>What a piece of code takes of the managed heap.</summary>
public static class Allocations
{
    private const int Tries = 20;

    /// <summary>
    /// The bytes that <paramref name="action"/> allocates on this thread: the least of several tries, because the runtime itself now and
    /// then allocates on whichever thread is running (its cache of casts grows, a method is recompiled).
    /// </summary>
    public static long Of(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        long least = long.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
