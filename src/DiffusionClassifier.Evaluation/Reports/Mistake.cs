namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>How often one class was taken for another.</summary>
internal sealed record Mistake(string Truth, string Prediction, int Count);
