namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>What one replica can do for jobs.</summary>
/// <param name="Models">Those that it has loaded, by id.</param>
[GenerateSerializer, Immutable, Alias("dc.replica")]
internal sealed record ReplicaReport([property: Id(0)] Dictionary<string, ReplicaModel> Models);
