namespace DiffusionClassifier.Core.Scoring;

/// <summary>How much worse one label is than another on the trials that both have seen.</summary>
/// <param name="Mean">Mean of (error − other's error); positive if the other is better.</param>
/// <param name="StandardError">Its standard error, s/√n without finite-population correction; NaN for fewer than two trials.</param>
/// <param name="Count">n, the number of common trials.</param>
internal readonly record struct PairedDifference(double Mean, double StandardError, int Count);
