namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// What races: usually a label with all its prompts, whose errors are averaged on every draw. Where prompts compete
/// (<see cref="PromptAggregation.Min"/>), each prompt is an arm of its own.
/// </summary>
/// <param name="Label">Index of the label that the arm stands for.</param>
/// <param name="Prompts">Indices of its prompts, at least one.</param>
public sealed record Arm(int Label, IReadOnlyList<int> Prompts);
