namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>Draws that were chosen on labeled images, and how good such draws are on images that they were not chosen on.</summary>
/// <param name="Chosen">Chosen on all images.</param>
/// <param name="Steps">By the number of draws, ascending.</param>
public sealed record DrawCalibration(ChosenDraws Chosen, IReadOnlyList<DrawComparison> Steps)
{
    /// <summary>
    /// Whether they are worth having: their cross-validated −log p is smaller than that of as many even draws, on average.
    /// </summary>
    public bool Helps =>
        Steps.Average(step => step.Chosen.NegativeLogLikelihood) < Steps.Average(step => step.Even.NegativeLogLikelihood);
}
