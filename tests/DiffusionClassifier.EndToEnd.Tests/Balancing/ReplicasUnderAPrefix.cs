namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

public sealed class ReplicasUnderAPrefix() : SharedReplicas(prefix: "/vision");
