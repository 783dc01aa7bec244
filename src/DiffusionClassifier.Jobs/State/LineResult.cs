namespace DiffusionClassifier.Jobs.State;

/// <summary>What came of one request of a batch: an answer or an error.</summary>
/// <param name="CustomId">The client's name for it.</param>
/// <param name="Answer">The answer as JSON; null: an error.</param>
/// <param name="ErrorCode">The error's word; null: an answer.</param>
/// <param name="ErrorDetail">What is wrong and what to do; null: an answer.</param>
[GenerateSerializer, Immutable, Alias("dc.line-result")]
public sealed record LineResult(
    [property: Id(0)] string CustomId,
    [property: Id(1)] string? Answer,
    [property: Id(2)] string? ErrorCode,
    [property: Id(3)] string? ErrorDetail);
