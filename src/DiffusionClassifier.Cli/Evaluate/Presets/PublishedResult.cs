namespace DiffusionClassifier.Cli.Evaluate.Presets;

/// <summary>A number that somebody published.</summary>
/// <param name="Method">The model or method.</param>
/// <param name="Score">In percent: top-1, or Winoground's text score.</param>
/// <param name="Source">Where it stands.</param>
internal sealed record PublishedResult(string Method, double Score, string Source);
