namespace DiffusionClassifier.Architecture.Tests;

/// <summary>One type knows another.</summary>
internal sealed record Use(string From, Room FromRoom, string To, Room ToRoom);
