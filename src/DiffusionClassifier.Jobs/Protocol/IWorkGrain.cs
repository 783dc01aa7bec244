using Orleans.Concurrency;

namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>What the list of jobs asks of each of them, whatever kind it is.</summary>
[Alias("dc.IWorkGrain")]
internal interface IWorkGrain : IGrainWithStringKey
{
    /// <summary>Begins, or goes on where another replica was lost. Harmless where it runs already or has ended.</summary>
    /// <returns>Rows that it may still cost; null: there is nothing left to do.</returns>
    [AlwaysInterleave]
    [Alias("ResumeAsync")]
    Task<long?> ResumeAsync();

    /// <summary>Forgets all of it. Only what has ended, or was never accepted.</summary>
    [Alias("ForgetAsync")]
    Task ForgetAsync();
}
