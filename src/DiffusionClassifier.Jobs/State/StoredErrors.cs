namespace DiffusionClassifier.Jobs.State;

/// <summary>What blocks came back between two moments; written once.</summary>
[GenerateSerializer, Immutable, Alias("dc.errors")]
internal sealed class StoredErrors
{
    [Id(0)]
    public StoredBlock[] Blocks { get; init; } = [];
}
