namespace DiffusionClassifier.Contracts;

/// <summary>How well the noise was predicted for one label, from little noise to much.</summary>
/// <param name="Label">The label.</param>
/// <param name="Points">By rising timestep; where a label had lost, fewer trials.</param>
public sealed record TimestepCurve(string Label, IReadOnlyList<TimestepPoint> Points);
