using DiffusionClassifier.Jobs.Protocol;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>A replica that can take blocks of a model.</summary>
/// <param name="Silo">Where it is.</param>
/// <param name="Model">The model there.</param>
internal sealed record Replica(SiloAddress Silo, ReplicaModel Model);
