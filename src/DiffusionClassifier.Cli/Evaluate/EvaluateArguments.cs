using DiffusionClassifier.Evaluation.Harness;

namespace DiffusionClassifier.Cli.Evaluate;

/// <summary>What the caller of <c>dclassify evaluate</c> wants, besides the request. Immutable.</summary>
/// <param name="Plan">The evaluation.</param>
/// <param name="Replay">The bank to replay instead; null: there are images.</param>
/// <param name="Json">Whether to print the report as JSON.</param>
internal sealed record EvaluateArguments(EvaluationPlan Plan, string? Replay, bool Json);
