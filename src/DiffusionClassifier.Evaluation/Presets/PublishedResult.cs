namespace DiffusionClassifier.Evaluation.Presets;

/// <summary>A published number.</summary>
/// <param name="Method">The model or method.</param>
/// <param name="Score">In percent: top-1, or Winoground's text score.</param>
/// <param name="Source">Where it was published.</param>
public sealed record PublishedResult(string Method, double Score, string Source);
