using DiffusionClassifier.Jobs.State;
using Orleans.Concurrency;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>One batch, by its id.</summary>
[Alias("dc.IBatchGrain")]
internal interface IBatchGrain : IWorkGrain
{
    /// <summary>Stores the next part of a batch that is being sent.</summary>
    /// <returns>False: its tenant has as many unfinished jobs as one may have.</returns>
    [Alias("AddPartAsync")]
    Task<bool> AddPartAsync(string tenant, StoredPart part);

    /// <summary>Accepts the batch: all of it has been sent and checked.</summary>
    [Alias("AcceptAsync")]
    Task<JobReply> AcceptAsync(NewBatch batch);

    /// <summary>Whether it is there, but was not accepted yet.</summary>
    [AlwaysInterleave]
    [Alias("IsComingAsync")]
    Task<bool> IsComingAsync();

    /// <param name="tenant">Who asks.</param>
    /// <param name="part">From 0.</param>
    /// <returns>Null: there are none yet.</returns>
    [AlwaysInterleave]
    [Alias("ResultsAsync")]
    Task<StoredResults?> ResultsAsync(string tenant, int part);

    /// <returns>Null where there is no such batch of that tenant.</returns>
    [AlwaysInterleave]
    [Alias("PartsAsync")]
    Task<BatchParts?> PartsAsync(string tenant);
}
