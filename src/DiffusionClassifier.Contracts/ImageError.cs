namespace DiffusionClassifier.Contracts;

/// <summary>Why one of several images has no answer.</summary>
/// <param name="Status">The HTTP status that a request with this image alone would have had.</param>
/// <param name="Code">The kind of error as one stable word, such as invalid_image.</param>
/// <param name="Detail">What is wrong, and what to do.</param>
public sealed record ImageError(int Status, string Code, string Detail);
