namespace DiffusionClassifier.Jobs.State;

/// <summary>A few requests, which one replica answers together; written once.</summary>
[GenerateSerializer, Immutable, Alias("dc.part")]
internal sealed class StoredPart
{
    [Id(0)]
    public StoredLine[] Lines { get; init; } = [];
}
