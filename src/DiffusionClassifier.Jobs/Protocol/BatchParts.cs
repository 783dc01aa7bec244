namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>The parts of a batch.</summary>
/// <param name="Lines">How many requests each has.</param>
/// <param name="Done">Of each, whether it has results.</param>
[GenerateSerializer, Immutable, Alias("dc.batch-parts")]
internal sealed record BatchParts([property: Id(0)] int[] Lines, [property: Id(1)] bool[] Done);
