namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>How a posterior is fitted. Immutable.</summary>
/// <param name="Loss">The loss that the errors were made with; null: as the bank says, else the model's.</param>
/// <param name="Weights">Whether to also fit how much each timestep counts.</param>
/// <param name="Draws">Whether to also choose draws.</param>
/// <param name="Folds">Folds of the cross-validation, at least <see cref="BankCalibration.FewestFolds"/>.</param>
/// <param name="Seed">Seed of the split into folds.</param>
/// <param name="Data">What the images are, for the record.</param>
public sealed record CalibrationOptions(PredictionLoss? Loss, bool Weights, bool Draws, int Folds, ulong Seed, string Data);
