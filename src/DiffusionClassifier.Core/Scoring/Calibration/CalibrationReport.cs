namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>What labeled data says about the posteriors of one model and loss.</summary>
/// <param name="Images">Labeled images.</param>
/// <param name="Trials">
/// N: the mean errors are over this many trials. β depends on it, as fewer trials leave more noise in the means.
/// </param>
/// <param name="BetaBefore">β of the paper's formula, C·H·W.</param>
/// <param name="Before">Posteriors of all images with that β and equal weights.</param>
/// <param name="Uniform">Temperature scaling: equal weights.</param>
/// <param name="Weighted">Weights fitted as well; null if they were not requested.</param>
public sealed record CalibrationReport(
    int Images,
    int Trials,
    double BetaBefore,
    PosteriorQuality Before,
    WeightingCalibration Uniform,
    WeightingCalibration? Weighted)
{
    /// <summary>Whether fitted weights are worth having: their cross-validated −log p is smaller than that of equal weights.</summary>
    public bool WeightsHelp => Weighted?.CrossValidated.NegativeLogLikelihood < Uniform.CrossValidated.NegativeLogLikelihood;
}
