namespace DiffusionClassifier.Jobs.State;

/// <summary>Trials that were added to a job after its answer.</summary>
/// <param name="Count">How many.</param>
/// <param name="Key">The client's Idempotency-Key; null: none.</param>
[GenerateSerializer, Immutable, Alias("dc.further")]
internal sealed record FurtherTrials([property: Id(0)] int Count, [property: Id(1)] string? Key);
