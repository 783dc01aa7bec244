namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>Waits for what another thread is about to do; the test's own timeout ends the wait.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    public static async Task Holds(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(Poll, TestContext.Current.CancellationToken);
    }
}
