using System.Net;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Protocol;

namespace DiffusionClassifier.Jobs.Tests;

public sealed class HandedOutTests
{
    private readonly HandedOut _handedOut = new();
    private readonly Replica _one = Replica(1), _other = Replica(2);

    [Fact]
    public async Task Rows_count_at_their_replica_until_they_are_back()
    {
        var (first, second) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());

        Task<int> large = _handedOut.CountAsync(_one, 400, first.Task), small = _handedOut.CountAsync(_one, 30, second.Task);
        long both = _handedOut.RowsAt(_one);
        second.SetResult(7);
        int reply = await small;

        Assert.Equal((430, 400, 0), (both, _handedOut.RowsAt(_one), _handedOut.RowsAt(_other)));
        Assert.Equal(7, reply);
        Assert.False(large.IsCompleted);
    }

    [Fact]
    public async Task Rows_of_a_call_that_is_lost_count_no_more()
    {
        await Assert.ThrowsAsync<SiloUnavailableException>(() =>
            _handedOut.CountAsync(_one, 400, Task.FromException<int>(new SiloUnavailableException())));

        Assert.Equal(0, _handedOut.RowsAt(_one));
    }

    private static Replica Replica(int generation) => new(
        SiloAddress.New(IPAddress.Loopback, port: 1, generation), new ReplicaModel("print", "kind", RowsPerSecond: 100));
}
