using Microsoft.Extensions.Caching.Memory;

namespace DiffusionClassifier.Service.Answers;

/// <summary>Keeps values within a number of bytes; those not asked for longest go first. Owns them; thread-safe.</summary>
/// <param name="maxBytes">Of all values together.</param>
/// <param name="keepFor">How long a value is kept at most; null: as long as there is room.</param>
/// <param name="time">The clock.</param>
internal sealed class BoundedCache<TValue>(long maxBytes, TimeSpan? keepFor, TimeProvider time) : IDisposable
    where TValue : class
{
    private const double Share = 0.1; // of the values, which make room at once: looking for the oldest takes time

    private readonly MemoryCache _values =
        new(new MemoryCacheOptions { SizeLimit = maxBytes, TrackStatistics = true, Clock = new Clock(time) });

    /// <summary>What the values take.</summary>
    public long Bytes => _values.GetCurrentStatistics()!.CurrentEstimatedSize!.Value;

    public TValue? Find(object key) => _values.Get<TValue>(key);

    public void Keep(object key, TValue value, long bytes)
    {
        // Else the newest value would be dropped while older ones make room for the next.
        while (bytes <= maxBytes && Bytes + bytes > maxBytes && _values.Count > 0)
            _values.Compact(Share);
        _values.Set(key, value, new MemoryCacheEntryOptions { Size = bytes, AbsoluteExpirationRelativeToNow = keepFor });
    }

    public void Dispose() => _values.Dispose();

    private sealed class Clock(TimeProvider time) : Microsoft.Extensions.Internal.ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
