namespace DiffusionClassifier.Core.Blocks;

/// <summary>The errors between two looks of a race, as a store keeps them.</summary>
/// <param name="Look">Number of the look that they lead to, from 0.</param>
/// <param name="Errors">
/// Unweighted: all trials of the first prompt that takes part, then of the second …; NaN where there is none yet.
/// </param>
public sealed record LookErrors(int Look, double[] Errors);
