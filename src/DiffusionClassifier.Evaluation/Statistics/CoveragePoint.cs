namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>What <c>rejectBelow</c> does: how many images still get an answer, and how many of those answers are right.</summary>
/// <param name="RejectBelow">The posterior below which an answer is rejected, 0 to 1.</param>
/// <param name="Coverage">The share of images that are answered.</param>
/// <param name="Accuracy">The share of those that are right.</param>
/// <param name="Interval">Of <paramref name="Accuracy"/>, by Wilson.</param>
internal sealed record CoveragePoint(double RejectBelow, double Coverage, double Accuracy, Interval Interval);
