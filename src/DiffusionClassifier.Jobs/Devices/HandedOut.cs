using System.Collections.Concurrent;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>
/// Rows that the jobs of this replica have handed out to each replica and that are not back yet, and which replicas have failed lately.
/// Owns these counts; thread-safe.
/// Every replica gives its own jobs' rows to whichever has the least of them to do: then all are equally busy, though none asks another.
/// </summary>
internal sealed class HandedOut(TimeProvider time)
{
    // A replica that fails at once is always idle: without this it would be given a part of every job.
    private static readonly TimeSpan Distrust = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<SiloAddress, long> _failed = [];
    private readonly ConcurrentDictionary<SiloAddress, long> _rows = [];

    /// <summary>How many a replica has.</summary>
    public long RowsAt(Replica replica) => _rows.GetValueOrDefault(replica.Silo);

    private bool HasFailed(Replica replica) =>
        _failed.TryGetValue(replica.Silo, out long since) && time.GetElapsedTime(since) < Distrust;

    /// <summary>A replica lost rows, or could not run them.</summary>
    public void Fail(Replica replica)
    {
        foreach ((SiloAddress silo, long since) in _failed) // addresses change with every start
        {
            if (time.GetElapsedTime(since) >= Distrust)
                _failed.TryRemove(silo, out _);
        }

        _failed[replica.Silo] = time.GetTimestamp();
    }

    /// <summary>Of some replicas the one that is soonest done with what it has; rather one that works. Null: there are none.</summary>
    public Replica? LeastBusy(IEnumerable<Replica> replicas) =>
        replicas.MinBy(replica => (HasFailed(replica), RowsAt(replica) / replica.Rate));

    /// <summary>Counts rows at a replica until they are back, or lost.</summary>
    public async Task<T> CountAsync<T>(Replica replica, int rows, Task<T> call)
    {
        Add(replica, rows);
        try
        {
            return await call;
        }
        finally
        {
            Add(replica, -rows);
        }
    }

    // A replica that has none is not kept: addresses change with every start.
    private void Add(Replica replica, int rows)
    {
        long now = _rows.AddOrUpdate(replica.Silo, rows, (_, before) => before + rows);
        if (now == 0)
            _rows.TryRemove(KeyValuePair.Create(replica.Silo, 0L));
    }
}
