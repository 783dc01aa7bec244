using System.Net;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Jobs.Tests;

public sealed class HandedOutTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly HandedOut _handedOut;
    private readonly Replica _one = Replica(1), _other = Replica(2);

    public HandedOutTests() => _handedOut = new HandedOut(_time);

    [Fact]
    public void Small_jobs_of_two_blocks_each_make_all_replicas_busy_by_their_speed()
    {
        Replica[] replicas = [_one, _other, Replica(3, rowsPerSecond: 200)];
        for (int job = 0; job < 40; job++)
        {
            foreach (int rows in (int[])[40, 23])
                _ = _handedOut.CountAsync(_handedOut.LeastBusy(replicas)!, rows, new TaskCompletionSource<int>().Task);
        }

        double[] seconds = [.. replicas.Select(replica => _handedOut.RowsAt(replica) / replica.Rate)];

        Assert.Equal(40 * 63, replicas.Sum(_handedOut.RowsAt));
        Assert.All(seconds, each => Assert.Equal(6.3, each, 0.4)); // less than a block
    }

    [Fact]
    public void A_replica_that_failed_one_job_is_the_last_choice_of_all_for_a_while()
    {
        _ = _handedOut.CountAsync(_other, 400, new TaskCompletionSource<int>().Task);

        _handedOut.Fail(_one);
        Replica? before = _handedOut.LeastBusy([_one, _other]), alone = _handedOut.LeastBusy([_one]);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((_other, _one, _one), (before, alone, _handedOut.LeastBusy([_one, _other])));
    }

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

    private static Replica Replica(int generation, double rowsPerSecond = 100) => new(
        SiloAddress.New(IPAddress.Loopback, port: 1, generation), new ReplicaModel("print", "kind", rowsPerSecond));
}
