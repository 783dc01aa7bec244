using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>What a kind of map is worth. Null is what was not measured.</summary>
/// <param name="Map">The kind.</param>
/// <param name="InsertionAuc">Mean over the images of the area under the winner's posterior as pixels come, most important first.</param>
/// <param name="InsertionStandardError">Of <paramref name="InsertionAuc"/>; null for one image.</param>
/// <param name="DeletionAuc">The same as pixels go.</param>
/// <param name="DeletionStandardError">Of <paramref name="DeletionAuc"/>; null for one image.</param>
/// <param name="Pointing">The share of images whose map has its maximum on the object that the winner names.</param>
/// <param name="PointingInterval">Of <paramref name="Pointing"/>, by Wilson.</param>
/// <param name="Insertion">The mean curve, at equal steps.</param>
/// <param name="Deletion">The mean curve, at equal steps.</param>
internal sealed record ExplanationScore(
    string Map,
    double? InsertionAuc,
    double? InsertionStandardError,
    double? DeletionAuc,
    double? DeletionStandardError,
    double? Pointing,
    Interval? PointingInterval,
    IReadOnlyList<double> Insertion,
    IReadOnlyList<double> Deletion);
