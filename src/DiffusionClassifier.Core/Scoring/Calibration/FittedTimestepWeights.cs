namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>Weights of the timesteps under which labeled data are most likely, and the β that goes with them.</summary>
/// <param name="Weights">Their mean over the trials that they were fitted on is 1.</param>
/// <param name="Beta">β of the weighted mean errors, with its standard error for given weights.</param>
/// <param name="Smoothing">
/// λ, how strongly the importances of timesteps were pulled toward equality; null: the weights are 1 and were not fitted.
/// </param>
public sealed record FittedTimestepWeights(TimestepWeights Weights, FittedBeta Beta, double? Smoothing);
