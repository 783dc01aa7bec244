namespace DiffusionClassifier.Contracts;

/// <summary>One image against one caption.</summary>
/// <param name="Score">−mean error, minus that without a caption if requested; larger is better.</param>
/// <param name="StandardError">
/// Standard error of the score by itself; null for a single trial. Differences within an image are far more certain.
/// </param>
/// <param name="MeanError">Mean loss per element between true and predicted noise.</param>
/// <param name="Margin">
/// How much higher the score is than that of the image's best other caption (negative: lower), paired on the same noise; null for a single
/// caption.
/// </param>
/// <param name="MarginStandardError">Its standard error; null for a single caption or a single trial.</param>
/// <param name="Posterior">Posterior of the caption given the image, with all captions equally likely beforehand; a row sums to 1.</param>
public sealed record MatchScore(
    double Score, double? StandardError, double MeanError, double? Margin, double? MarginStandardError, double Posterior);
