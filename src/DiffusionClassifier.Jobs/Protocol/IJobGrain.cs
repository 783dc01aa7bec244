using Orleans.Concurrency;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>One job, by its id. Calls never wait for rows.</summary>
[Alias("dc.IJobGrain")]
internal interface IJobGrain : IWorkGrain
{
    /// <summary>Stores a job before it is accepted. The same one again changes nothing.</summary>
    [Alias("SubmitAsync")]
    Task<JobReply> SubmitAsync(NewJob job);

    /// <summary>Adds trials to a job that has its answer. The same key again changes nothing.</summary>
    /// <param name="tenant">Who asks.</param>
    /// <param name="trials">How many, at least 1.</param>
    /// <param name="key">The client's Idempotency-Key; null: none.</param>
    [Alias("AddTrialsAsync")]
    Task<JobReply> AddTrialsAsync(string tenant, int trials, string? key);

    /// <param name="tenant">Who asks.</param>
    /// <param name="seen">The version that the caller knows: if it is the newest, waits a while for the next. 0: answers at once.</param>
    /// <returns>Null where there is no such job of that tenant.</returns>
    [AlwaysInterleave]
    [Alias("NewsAsync")]
    Task<JobNews?> NewsAsync(string tenant, long seen);

    /// <returns>Null where there is no such job of that tenant.</returns>
    [AlwaysInterleave]
    [Alias("CancelAsync")]
    Task<JobNews?> CancelAsync(string tenant);
}
