namespace DiffusionClassifier.Core.Contracts;

/// <summary>How far a request is.</summary>
/// <param name="Rows">Rows recorded so far.</param>
/// <param name="MaxRows">Rows still possible plus <paramref name="Rows"/>; falls when labels are eliminated.</param>
public readonly record struct ClassificationProgress(int Rows, int MaxRows);
