namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>What an evaluation leaves. Immutable.</summary>
/// <param name="Json">Its report as in report.json; null: there is none.</param>
/// <param name="Text">Its report as in report.md; null: there is none.</param>
/// <param name="Page">The file of its report for a browser, next to the others; null: there is none.</param>
/// <param name="Problems">Why single images failed, one line each.</param>
public sealed record EvaluationOutcome(string? Json, string? Text, string? Page, IReadOnlyList<string> Problems);
