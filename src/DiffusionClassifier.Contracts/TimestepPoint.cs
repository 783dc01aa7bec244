namespace DiffusionClassifier.Contracts;

/// <summary>The trials of neighbouring timesteps, taken together.</summary>
/// <param name="Timestep">Their mean timestep.</param>
/// <param name="MeanError">The label's mean error on them.</param>
/// <param name="Difference">That minus the winner's, on the trials that both ran; above 0, they speak for the winner.</param>
/// <param name="StandardError">Of the difference; null for a single trial.</param>
/// <param name="Trials">How many.</param>
public sealed record TimestepPoint(double Timestep, double MeanError, double Difference, double? StandardError, int Trials);
