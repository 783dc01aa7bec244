namespace DiffusionClassifier.Cli.Classify;

/// <summary>The result for one image: an answer or a problem.</summary>
/// <param name="File">The file as the caller named it.</param>
/// <param name="Answer">Null if there is a problem.</param>
/// <param name="Problem">What is wrong with this image, for its owner.</param>
internal sealed record ImageOutcome(string File, ClassificationResult? Answer, string? Problem);
