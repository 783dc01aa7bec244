using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Client.Tests;

/// <summary>A clock on which every wait is over at once, and which adds them up.</summary>
internal sealed class HastyTime : FakeTimeProvider
{
    public TimeSpan Waited { get; private set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
        {
            Waited += dueTime;
            dueTime = TimeSpan.Zero;
        }

        return TimeProvider.System.CreateTimer(callback, state, dueTime, period);
    }
}
