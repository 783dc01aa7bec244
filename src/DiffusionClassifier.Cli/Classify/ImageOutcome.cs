namespace DiffusionClassifier.Cli.Classify;

/// <summary>What became of one picture: an answer or a problem.</summary>
/// <param name="File">The file as the caller named it.</param>
/// <param name="Answer">Null where there is a problem.</param>
/// <param name="Problem">What is wrong with this picture, for its owner.</param>
internal sealed record ImageOutcome(string File, ClassificationResult? Answer, string? Problem);
