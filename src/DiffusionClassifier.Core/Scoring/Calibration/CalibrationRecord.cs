namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>A calibration, and all that is needed to check it.</summary>
/// <param name="Loss">The loss that it is for.</param>
/// <param name="Date">When it was made, UTC.</param>
/// <param name="Data">The data, in words.</param>
/// <param name="Folds">Folds of the cross-validation.</param>
/// <param name="Seed">Seed of the folds.</param>
/// <param name="Report">The results.</param>
/// <param name="Usual">How large the winners' errors are on these images.</param>
public sealed record CalibrationRecord(
    PredictionLoss Loss, DateOnly Date, string Data, int Folds, ulong Seed, CalibrationReport Report, UsualErrors Usual)
{
    /// <summary>Draws that were chosen; null: that was not asked for.</summary>
    public DrawCalibration? Draws { get; init; }
}
