using System.Diagnostics.CodeAnalysis;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>
/// Which job begins next: of the tenant that has the fewest running ones, the oldest. Owned by the index's grain; every call takes the
/// time of a look-up, however many jobs wait.
/// </summary>
internal sealed class JobQueue
{
    private readonly Dictionary<string, SortedSet<(DateTimeOffset Created, string Id)>> _waiting = []; // by tenant
    private readonly Dictionary<string, (string Tenant, DateTimeOffset Created)> _running = [];
    private readonly Dictionary<string, int> _busy = []; // running jobs by tenant

    public int Waiting { get; private set; }

    public IReadOnlyCollection<string> Running => _running.Keys;

    /// <summary>Unfinished jobs of a tenant.</summary>
    public int Of(string tenant) => _busy.GetValueOrDefault(tenant) + (_waiting.TryGetValue(tenant, out var ids) ? ids.Count : 0);

    /// <summary>A job that waits from now on.</summary>
    public void Add(string id, string tenant, DateTimeOffset created)
    {
        if (_running.ContainsKey(id))
            return;
        if (!_waiting.TryGetValue(tenant, out SortedSet<(DateTimeOffset Created, string Id)>? ids))
            _waiting[tenant] = ids = [];
        if (ids.Add((created, id)))
            Waiting++;
    }

    /// <summary>A job that has ended, or was not accepted after all.</summary>
    public void Remove(string id, string tenant, DateTimeOffset created)
    {
        if (_running.Remove(id))
        {
            if (--_busy[tenant] == 0)
                _busy.Remove(tenant);
        }
        else if (_waiting.TryGetValue(tenant, out var ids) && ids.Remove((created, id)))
        {
            Waiting--;
            if (ids.Count == 0)
                _waiting.Remove(tenant);
        }
    }

    /// <summary>The next job, which runs from now on.</summary>
    public bool TryBegin([NotNullWhen(true)] out string? id)
    {
        id = null;
        if (_waiting.Count == 0)
            return false;
        (string tenant, SortedSet<(DateTimeOffset Created, string Id)> ids) =
            _waiting.MinBy(pair => (_busy.GetValueOrDefault(pair.Key), pair.Value.Min.Created));
        (DateTimeOffset created, id) = ids.Min;
        ids.Remove((created, id));
        Waiting--;
        if (ids.Count == 0)
            _waiting.Remove(tenant);
        _running[id] = (tenant, created);
        _busy[tenant] = _busy.GetValueOrDefault(tenant) + 1;
        return true;
    }
}
