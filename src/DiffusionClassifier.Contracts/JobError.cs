namespace DiffusionClassifier.Contracts;

/// <summary>Why a job has no answer.</summary>
/// <param name="Code">The kind of error as one stable word, such as invalid_image.</param>
/// <param name="Detail">What is wrong, and what to do.</param>
public sealed record JobError(string Code, string Detail);
