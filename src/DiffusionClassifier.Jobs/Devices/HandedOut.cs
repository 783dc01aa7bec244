using System.Collections.Concurrent;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>
/// Rows that the jobs of this replica have handed out to each replica and that are not back yet. Owns these counts; thread-safe.
/// Every replica gives its own jobs' rows to whichever has the least of them to do: then all are equally busy, though none asks another.
/// </summary>
internal sealed class HandedOut
{
    private readonly ConcurrentDictionary<SiloAddress, long> _rows = [];

    /// <summary>How many a replica has.</summary>
    public long RowsAt(Replica replica) => _rows.GetValueOrDefault(replica.Silo);

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
