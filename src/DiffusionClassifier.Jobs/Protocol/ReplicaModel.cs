namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>A model on one replica.</summary>
/// <param name="Fingerprint">Tells versions of the model apart.</param>
/// <param name="Kind">Tells kinds of devices apart whose results differ in rounding.</param>
/// <param name="RowsPerSecond">Of all devices of the replica together.</param>
[GenerateSerializer, Immutable, Alias("dc.replica-model")]
internal sealed record ReplicaModel(
    [property: Id(0)] string Fingerprint, [property: Id(1)] string Kind, [property: Id(2)] double RowsPerSecond);
