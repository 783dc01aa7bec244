namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

public sealed class ReplicasAtTheRoot() : SharedReplicas(prefix: "");
