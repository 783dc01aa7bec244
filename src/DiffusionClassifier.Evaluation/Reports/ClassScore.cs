namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>Accuracy on the pictures of one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Images">How many pictures it has.</param>
/// <param name="Accuracy">0 to 1; 0 where there is no picture.</param>
/// <param name="StandardError">Its standard error.</param>
internal sealed record ClassScore(string Label, int Images, double Accuracy, double StandardError);
