namespace DiffusionClassifier.Contracts;

/// <summary>A label's error against timestep.</summary>
/// <param name="Label">The label.</param>
/// <param name="Points">One for each timestep, or group of neighboring ones, in rising order.</param>
public sealed record TimestepErrors(string Label, IReadOnlyList<TimestepError> Points);
