using Orleans.Concurrency;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>One job, by its id. Calls never wait for rows.</summary>
[Alias("dc.IJobGrain")]
internal interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Stores a job before it is accepted. The same one again changes nothing.</summary>
    /// <returns>How it stands; null where another job has the id.</returns>
    [Alias("SubmitAsync")]
    Task<JobNews?> SubmitAsync(NewJob job);

    /// <summary>Begins, or goes on where another replica was lost. Harmless where it runs already or has ended.</summary>
    /// <returns>Whether there is still something to do.</returns>
    [AlwaysInterleave]
    [Alias("ResumeAsync")]
    Task<bool> ResumeAsync();

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

    /// <summary>Forgets an ended job.</summary>
    [Alias("ForgetAsync")]
    Task ForgetAsync();
}
