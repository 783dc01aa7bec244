namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>A number of draws, evenly spaced or chosen: each image judged by what was chosen and fitted without its fold.</summary>
/// <param name="Draws">How many.</param>
/// <param name="Even">Evenly spaced over the bank's timesteps.</param>
/// <param name="Chosen">The first that were chosen.</param>
public sealed record DrawComparison(int Draws, PosteriorQuality Even, PosteriorQuality Chosen);
