namespace DiffusionClassifier.Jobs.State;

/// <summary>What the index knows of a job.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Created">When it was accepted.</param>
/// <param name="Expires">When it is forgotten; null: it has not ended.</param>
[GenerateSerializer, Immutable, Alias("dc.entry")]
internal sealed record IndexEntry(
    [property: Id(0)] string Tenant, [property: Id(1)] DateTimeOffset Created, [property: Id(2)] DateTimeOffset? Expires);
