namespace DiffusionClassifier.Core.Scoring;

/// <summary>The memory that all error maps together may take. Owns the count of it; thread-safe.</summary>
/// <param name="bytes">All of it.</param>
internal sealed class MapBudget(long bytes)
{
    private const int Shares = 4; // one request leaves room for others

    private readonly Lock _gate = new();
    private long _left = bytes;

    /// <summary>What one request may take.</summary>
    public long PerRequest { get; } = bytes / Shares;

    /// <summary>Takes some memory, if there is so much.</summary>
    public bool TryTake(long count)
    {
        lock (_gate)
        {
            if (count > _left)
                return false;
            _left -= count;
            return true;
        }
    }

    public void Return(long count)
    {
        lock (_gate)
            _left += count;
    }
}
