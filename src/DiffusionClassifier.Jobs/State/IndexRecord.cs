namespace DiffusionClassifier.Jobs.State;

/// <summary>Which jobs there are. Owned by the index's grain.</summary>
[GenerateSerializer, Alias("dc.index")]
internal sealed class IndexRecord
{
    /// <summary>By id.</summary>
    [Id(0)]
    public Dictionary<string, IndexEntry> Jobs { get; set; } = [];
}
