namespace DiffusionClassifier.Jobs.Hosting;

/// <summary>
/// Told when the other replicas have given this silo up, in place of Orleans' own handler, which ends the process: only the silo is built
/// anew, and requests are answered on.
/// </summary>
internal sealed class EvictionSignal : IFatalErrorHandler
{
    private readonly TaskCompletionSource _evicted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Evicted => _evicted.Task;

    public bool IsUnexpected(Exception exception) => exception is not ThreadAbortException;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null) => _evicted.TrySetResult();
}
