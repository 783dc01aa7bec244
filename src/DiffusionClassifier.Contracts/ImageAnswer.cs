namespace DiffusionClassifier.Contracts;

/// <summary>The result for one of several images.</summary>
/// <param name="Index">Its place among the request's images, from 0.</param>
/// <param name="Answer">The answer, as to a request with this image alone; null if there is an error.</param>
/// <param name="Error">Why there is no answer; null if there is one.</param>
public sealed record ImageAnswer(int Index, ClassificationResult? Answer, ImageError? Error);
