namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>What was fitted for one weighting, and how good it is on images that it was not fitted to.</summary>
/// <param name="Fitted">β, and the weights if they are not equal, fitted to all images.</param>
/// <param name="CrossValidated">For all images, each with what was fitted without its fold.</param>
/// <param name="Folds">The same fold by fold.</param>
public sealed record WeightingCalibration(FittedTimestepWeights Fitted, PosteriorQuality CrossValidated, IReadOnlyList<FoldResult> Folds);
