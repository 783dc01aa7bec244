namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>The predictions whose confidence lies between two bounds.</summary>
/// <param name="From">Lower bound, not part of the bin except for 0.</param>
/// <param name="To">Upper bound, part of the bin.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Confidence">Their mean confidence; 0 if there is none.</param>
/// <param name="Accuracy">The share of them that is right; 0 if there is none.</param>
internal sealed record ReliabilityBin(double From, double To, int Count, double Confidence, double Accuracy);
