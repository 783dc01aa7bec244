namespace DiffusionClassifier.Core.Scoring;

/// <summary>One stage of the reference's adaptive evaluation.</summary>
/// <param name="Samples">Timesteps of the stage's own even grid (<c>n_samples</c>), at least 1.</param>
/// <param name="Keep">How many arms stay (<c>to_keep</c>), at least 1.</param>
public sealed record Stage(int Samples, int Keep);
