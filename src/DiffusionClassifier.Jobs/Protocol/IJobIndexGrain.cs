using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>All jobs of the cluster: one grain, with the key 0.</summary>
[Alias("dc.IJobIndexGrain")]
internal interface IJobIndexGrain : IGrainWithIntegerKey
{
    /// <summary>Takes a stored job in. The same one again changes nothing.</summary>
    /// <param name="id">The job.</param>
    /// <param name="entry">What it is.</param>
    /// <returns>False: its tenant has as many unfinished jobs as one may have.</returns>
    [Alias("AddAsync")]
    Task<bool> AddAsync(string id, IndexEntry entry);

    /// <summary>The job has ended: another may begin.</summary>
    [Alias("EndedAsync")]
    Task EndedAsync(string id, DateTimeOffset expires);

    /// <summary>The ids of a tenant's jobs, newest first.</summary>
    /// <param name="kind">Of which kind.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">Only older ones than this one; null: from the newest.</param>
    /// <param name="limit">How many at most.</param>
    [Alias("ListAsync")]
    Task<string[]> ListAsync(EntryKind kind, string tenant, string? before, int limit);

    /// <summary>Lets jobs begin for which there is room, takes up those of lost replicas, and forgets expired ones.</summary>
    [Alias("TickAsync")]
    Task<IndexReport> TickAsync();
}
