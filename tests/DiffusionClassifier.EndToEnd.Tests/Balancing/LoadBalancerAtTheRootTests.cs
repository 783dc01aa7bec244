namespace DiffusionClassifier.EndToEnd.Tests;

public sealed class LoadBalancerAtTheRootTests() : LoadBalancerTests(prefix: "");
