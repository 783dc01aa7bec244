namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>What was fitted for one weighting, and what it is worth on images that it has not seen.</summary>
/// <param name="Fitted">β, and the weights where they are not equal, fitted to all images.</param>
/// <param name="CrossValidated">Of all images, each with what was fitted without its fold.</param>
/// <param name="Folds">The same fold by fold.</param>
public sealed record WeightingCalibration(FittedTimestepWeights Fitted, PosteriorQuality CrossValidated, IReadOnlyList<FoldResult> Folds);
