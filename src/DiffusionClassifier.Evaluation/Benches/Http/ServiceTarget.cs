namespace DiffusionClassifier.Evaluation.Benches.Http;

/// <summary>Which service to measure, and how.</summary>
/// <param name="Url">A running, otherwise idle server on this machine; null: one is started.</param>
/// <param name="Program">The program to start; null: it is looked for.</param>
/// <param name="Clients">How many clients wait at any time.</param>
public sealed record ServiceTarget(Uri? Url, string? Program, int Clients);
