namespace DiffusionClassifier.Contracts;

/// <summary>What became of one of several images.</summary>
/// <param name="Index">Its place among the request's images, from 0.</param>
/// <param name="Answer">The answer, as to a request with this image alone; null where there is an error.</param>
/// <param name="Error">Why there is no answer; null where there is one.</param>
public sealed record ImageAnswer(int Index, ClassificationResult? Answer, ImageError? Error);
