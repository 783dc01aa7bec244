using Orleans.Concurrency;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>What is asked of everything that the list of jobs has, whatever kind it is. Calls never wait for rows.</summary>
[Alias("dc.IWorkGrain")]
internal interface IWorkGrain : IGrainWithStringKey
{
    /// <summary>Begins, or goes on where another replica was lost. Harmless where it runs already or has ended.</summary>
    /// <returns>Rows that it may still cost; null: there is nothing left to do.</returns>
    [AlwaysInterleave]
    [Alias("ResumeAsync")]
    Task<long?> ResumeAsync();

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

    /// <summary>Forgets all of it. Only what has ended, or was never accepted.</summary>
    [Alias("ForgetAsync")]
    Task ForgetAsync();
}
