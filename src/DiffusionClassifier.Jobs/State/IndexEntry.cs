namespace DiffusionClassifier.Jobs.State;

/// <summary>What the index knows of a job.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Created">When it was accepted.</param>
/// <param name="Model">The model that answers, or the first of them.</param>
/// <param name="Rows">What it costs at most.</param>
/// <param name="Expires">When it is forgotten; null: it has not ended.</param>
[GenerateSerializer, Immutable, Alias("dc.entry")]
internal sealed record IndexEntry(
    [property: Id(0)] EntryKind Kind,
    [property: Id(1)] string Tenant,
    [property: Id(2)] DateTimeOffset Created,
    [property: Id(3)] string Model,
    [property: Id(4)] long Rows,
    [property: Id(5)] DateTimeOffset? Expires = null);
