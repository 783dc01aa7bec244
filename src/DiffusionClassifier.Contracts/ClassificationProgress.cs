namespace DiffusionClassifier.Contracts;

/// <summary>How far a request is.</summary>
/// <param name="Rows">Rows recorded so far.</param>
/// <param name="MaxRows">Rows still possible plus <paramref name="Rows"/>; falls when labels are eliminated.</param>
/// <param name="Answer">The answer so far, if one was asked for and is due; <see cref="DecisionSummary.Complete"/> is false.</param>
public readonly record struct ClassificationProgress(int Rows, int MaxRows, ClassificationResult? Answer = null);
