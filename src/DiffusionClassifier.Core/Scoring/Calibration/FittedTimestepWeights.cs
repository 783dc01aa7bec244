namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>Weights of the timesteps under which labelled data are most likely, and the β that goes with them.</summary>
/// <param name="Weights">Their mean over the trials that they were fitted on is 1.</param>
/// <param name="Beta">β of the weighted mean errors, with its standard error for given weights.</param>
/// <param name="Smoothing">λ, how strongly they were pulled towards equality; infinite: they are equal, because cross-validation found nothing better.</param>
public sealed record FittedTimestepWeights(TimestepWeights Weights, FittedBeta Beta, double Smoothing);
