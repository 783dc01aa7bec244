namespace DiffusionClassifier.Jobs.State;

/// <summary>The results of a part, in the order of its requests; written once.</summary>
[GenerateSerializer, Immutable, Alias("dc.results")]
internal sealed class StoredResults
{
    [Id(0)]
    public LineResult[] Lines { get; init; } = [];
}
