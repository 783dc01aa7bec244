using System.Runtime.ExceptionServices;

namespace DiffusionClassifier.Core.Devices;

/// <summary>Something that one thread does for another, which waits for it.</summary>
internal sealed class Errand(Action work)
{
    private readonly object _gate = new(); // not a Lock: that cannot be waited on
    private Exception? _failure;
    private bool _isOver;

    /// <summary>Does it; what goes wrong is the other thread's.</summary>
    public void Run()
    {
        Exception? failure = null;
        try
        {
            work();
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        End(failure);
    }

    /// <summary>It will never be done.</summary>
    public void Cancel() => End(new OperationCanceledException("The device is stopping."));

    /// <summary>Waits until it is done; throws what it threw.</summary>
    /// <exception cref="OperationCanceledException">It was not done, because the device is stopping.</exception>
    public void Wait()
    {
        lock (_gate)
        {
            while (!_isOver)
                Monitor.Wait(_gate);
        }

        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
    }

    private void End(Exception? failure)
    {
        lock (_gate)
        {
            (_failure, _isOver) = (failure, true);
            Monitor.PulseAll(_gate);
        }
    }
}
