using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// Counts the rows that admitted requests may still cost, and refuses what would not fit. It owns that count; thread-safe.
/// Rows are reserved before an image is decoded, so that a burst is not decoded only to be refused.
/// </summary>
internal sealed class Admission(EngineOptions options)
{
    private readonly Lock _gate = new();
    private long _reserved;
    private bool _closed;

    /// <summary>Rows reserved now.</summary>
    public long Reserved
    {
        get
        {
            lock (_gate)
                return _reserved;
        }
    }

    /// <summary>Refuses every request from now on.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
    }

    /// <summary>Reserves rows until the returned object is disposed.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.Draining"/> or <see cref="ClassificationError.Overloaded"/>.</exception>
    public IDisposable Reserve(long rows)
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw new ClassificationException(ClassificationError.Draining,
                    "The server is shutting down and takes no new requests: send the request to another replica.")
                { RetryAfter = options.RetryAfter };
            }

            if (_reserved + rows > options.MaxQueuedRows)
            {
                throw new ClassificationException(ClassificationError.Overloaded,
                    $"The server has {_reserved} rows of admitted requests to run and cannot take {rows} more: try again later.")
                { RetryAfter = options.RetryAfter };
            }

            _reserved += rows;
        }

        return new Reservation(this, rows);
    }

    private void Release(long rows)
    {
        lock (_gate)
            _reserved -= rows;
    }

    private sealed class Reservation(Admission owner, long rows) : IDisposable
    {
        private bool _released;

        public void Dispose()
        {
            if (!_released)
                owner.Release(rows);
            _released = true;
        }
    }
}
