using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>How well one class is recognized. Shares are 0 if there is nothing to share.</summary>
/// <param name="Label">The class.</param>
/// <param name="Images">How many images it has.</param>
/// <param name="Accuracy">The share of them that is recognized: the class's recall.</param>
/// <param name="StandardError">Of <paramref name="Accuracy"/>.</param>
/// <param name="Interval">Of <paramref name="Accuracy"/>.</param>
/// <param name="Precision">The share of the answers with this class that is right.</param>
/// <param name="F1">The harmonic mean of precision and recall.</param>
internal sealed record ClassScore(
    string Label, int Images, double Accuracy, double StandardError, Interval Interval, double Precision, double F1);
