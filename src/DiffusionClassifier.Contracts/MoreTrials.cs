namespace DiffusionClassifier.Contracts;

/// <summary>What is asked of a job that has its answer.</summary>
/// <param name="Trials" example="64">How many trials are added to it, at least 1.</param>
public sealed record MoreTrials(int Trials);
