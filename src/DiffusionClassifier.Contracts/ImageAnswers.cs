namespace DiffusionClassifier.Contracts;

/// <summary>The answer to a request with several images.</summary>
/// <param name="Images">The result for each image, in the order of the request.</param>
public sealed record ImageAnswers(IReadOnlyList<ImageAnswer> Images);
