namespace DiffusionClassifier.Core.Scoring;

/// <summary>Weights that were fitted to labeled data of one model and loss.</summary>
/// <param name="Weights">The weight of each timestep, in any scale.</param>
/// <param name="Beta">β of errors weighted so that their weights have mean 1; null: none was fitted.</param>
public sealed record FittedWeighting(TimestepWeights Weights, double? Beta);
