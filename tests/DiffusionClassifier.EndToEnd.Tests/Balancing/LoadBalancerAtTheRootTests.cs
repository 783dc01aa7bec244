namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

public sealed class LoadBalancerAtTheRootTests() : LoadBalancerTests(prefix: "");
