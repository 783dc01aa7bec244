namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

public sealed class LoadBalancerAtTheRootTests(ReplicasAtTheRoot set) : LoadBalancerTests(set), IClassFixture<ReplicasAtTheRoot>;
