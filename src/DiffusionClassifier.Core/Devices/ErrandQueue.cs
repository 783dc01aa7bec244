using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace DiffusionClassifier.Core.Devices;

/// <summary>Errands in the order in which they were asked for. Any thread may ask; the one that does them takes them.</summary>
/// <param name="arrived">Wakes the thread that does them.</param>
internal sealed class ErrandQueue(Action arrived)
{
    private readonly ConcurrentQueue<Errand> _errands = new();
    private volatile bool _closed;

    /// <summary>Has something done, and waits for it; throws what it throws.</summary>
    /// <exception cref="OperationCanceledException">It was not done, because the queue is closed.</exception>
    public void Do(Action work)
    {
        var errand = new Errand(work);
        _errands.Enqueue(errand);
        arrived();
        if (_closed) // it may have come too late to be seen
            CancelAll();
        errand.Wait();
    }

    public bool TryTake([NotNullWhen(true)] out Errand? errand) => _errands.TryDequeue(out errand);

    /// <summary>Cancels what was not taken, and all that comes.</summary>
    public void Close()
    {
        _closed = true;
        CancelAll();
    }

    private void CancelAll()
    {
        while (_errands.TryDequeue(out Errand? late))
            late.Cancel();
    }
}
