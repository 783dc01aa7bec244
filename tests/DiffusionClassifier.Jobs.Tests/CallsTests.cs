using System.Net;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Grains;
using DiffusionClassifier.Jobs.Protocol;

namespace DiffusionClassifier.Jobs.Tests;

/// <summary>Whatever is handed out comes back once, or is lost once.</summary>
public sealed class CallsTests
{
    [Fact]
    public async Task Replies_that_come_at_any_moment_are_taken_once_each()
    {
        var replica = new Replica(SiloAddress.New(IPAddress.Loopback, 1, 1), new ReplicaModel("", "cpu", 1));
        var calls = new Calls<int, int>(TimeProvider.System);
        List<int> taken = [];
        const int All = 20_000;
        int next = 0;
        while (taken.Count < All && (calls.Count > 0 || next < All))
        {
            while (calls.Count < 8 && next < All)
            {
                int work = next++;
                calls.Add(replica, work, Task.Run(() => work, TestContext.Current.CancellationToken));
            }

            foreach (Calls<int, int>.Call call in calls.TakeCompleted())
                taken.Add(await call.Reply);
        }

        Assert.Equal(Enumerable.Range(0, All), taken.Order());
    }
}
