namespace DiffusionClassifier.Contracts;

/// <summary>The answer to a request with several images.</summary>
/// <param name="Images">What became of each image, in the order of the request.</param>
public sealed record ImageAnswers(IReadOnlyList<ImageAnswer> Images);
