namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>How good posteriors are on labeled images.</summary>
/// <param name="NegativeLogLikelihood">Mean of −log p(true label), in nats; guessing among K classes has log K.</param>
/// <param name="CalibrationError">The expected calibration error in 15 bins (Guo et al. 2017, eq. 3), 0…1.</param>
/// <param name="Accuracy">How often the winner is the true label, 0…1.</param>
public sealed record PosteriorQuality(double NegativeLogLikelihood, double CalibrationError, double Accuracy);
