namespace DiffusionClassifier.Contracts;

/// <summary>A label's error at one timestep.</summary>
/// <param name="Timestep">The timestep, from 0.</param>
/// <param name="MeanError">Mean loss per element over the trials there.</param>
/// <param name="Trials">How many trials that is.</param>
public readonly record struct TimestepError(int Timestep, double MeanError, int Trials);
