namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>One job, by its id.</summary>
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
}
