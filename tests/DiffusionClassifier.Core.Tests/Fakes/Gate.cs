namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>Stops the thread that comes to it until the test opens it.</summary>
internal sealed class Gate : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _open = new();

    /// <summary>Completes when the first thread is stopped.</summary>
    public Task Reached => _reached.Task.WaitAsync(TestContext.Current.CancellationToken);

    public void Pass()
    {
        _reached.TrySetResult();
        _open.Wait(TestContext.Current.CancellationToken);
    }

    public void Open() => _open.Set();

    public void Dispose() => _open.Dispose();
}
