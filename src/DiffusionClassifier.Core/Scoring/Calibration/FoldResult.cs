namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>What was fitted without one fold, measured on it.</summary>
/// <param name="Images">Images of the fold.</param>
/// <param name="Beta">β, fitted to all others.</param>
/// <param name="Before">The fold's posteriors before: equal weights and the formula's β.</param>
/// <param name="After">Its posteriors as fitted.</param>
public sealed record FoldResult(int Images, double Beta, PosteriorQuality Before, PosteriorQuality After);
