namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>The β under which labeled data are most likely.</summary>
/// <param name="Beta">β, above zero; 1/temperature.</param>
/// <param name="StandardError">
/// Its standard error √Σg²/Σh, with g and h each image's slope and curvature of the negative log likelihood at β: it also holds if the
/// softmax is not the true model (White 1982).
/// </param>
public sealed record FittedBeta(double Beta, double StandardError);
