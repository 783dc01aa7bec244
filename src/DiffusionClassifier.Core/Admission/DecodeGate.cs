namespace DiffusionClassifier.Core.Admission;

/// <summary>
/// Lets as many images be decoded at once as <see cref="EngineOptions.MaxDecodes"/> and <see cref="EngineOptions.MaxDecodeBytes"/> allow.
/// First come, first served: a huge image waits for room and all images behind it wait too, or small ones would keep it out forever. It
/// owns both counts; thread-safe.
/// </summary>
internal sealed class DecodeGate
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Place> _waiting = new();
    private readonly long _maxBytes;
    private int _freePlaces;
    private long _freeBytes;

    /// <exception cref="ArgumentException">One of the two options is below 1.</exception>
    public DecodeGate(EngineOptions options)
    {
        if (options.EffectiveDecodes < 1 || options.MaxDecodeBytes < 1)
        {
            throw new ArgumentException(
                $"Engine:MaxDecodes is {options.EffectiveDecodes} and Engine:MaxDecodeBytes {options.MaxDecodeBytes}; "
                + "both must be at least 1.", nameof(options));
        }

        (_freePlaces, _freeBytes, _maxBytes) = (options.EffectiveDecodes, options.MaxDecodeBytes, options.MaxDecodeBytes);
    }

    /// <summary>Waits for a place, which is held until the returned object is disposed.</summary>
    /// <param name="bytes">
    /// Memory that it takes; more than the whole budget counts as the whole budget, so that such an image is decoded alone.
    /// </param>
    /// <param name="cancellationToken">Gives up the place in the queue.</param>
    public async Task<IDisposable> EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var place = new Place(this, Math.Clamp(bytes, 1, _maxBytes));
        lock (_gate)
        {
            _waiting.AddLast(place);
            Admit();
        }

        using CancellationTokenRegistration registration = cancellationToken.Register(() => GiveUp(place, cancellationToken));
        await place.Begun.ConfigureAwait(false);
        return place;
    }

    // Called under the lock.
    private void Admit()
    {
        while (_freePlaces > 0 && _waiting.First is { Value: var next } && next.Bytes <= _freeBytes)
        {
            _waiting.RemoveFirst();
            _freePlaces--;
            _freeBytes -= next.Bytes;
            next.Begin();
        }
    }

    private void GiveUp(Place place, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(place))
                return; // it has its place until it is disposed
            place.Cancel(cancellationToken);
            Admit(); // those behind it may need less
        }
    }

    private void Leave(Place place)
    {
        lock (_gate)
        {
            _freePlaces++;
            _freeBytes += place.Bytes;
            Admit();
        }
    }

    private sealed class Place(DecodeGate owner, long bytes) : IDisposable
    {
        // What is let in continues on its own thread, not on the one that left and not under the lock.
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _left;

        public long Bytes => bytes;

        public Task Begun => _begun.Task;

        public void Begin() => _begun.SetResult();

        public void Cancel(CancellationToken cancellationToken) => _begun.SetCanceled(cancellationToken);

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _left, true))
                owner.Leave(this);
        }
    }
}
