namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>What an evaluation leaves. Immutable.</summary>
/// <param name="Json">Its report as it stands in report.json; null: there is none.</param>
/// <param name="Text">Its report as it stands in report.md; null: there is none.</param>
/// <param name="Problems">Why single pictures failed, one line each.</param>
public sealed record EvaluationOutcome(string? Json, string? Text, IReadOnlyList<string> Problems);
