namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>One batch, by its id.</summary>
[Alias("dc.IBatchGrain")]
internal interface IBatchGrain : IWorkGrain
{
}
