namespace DiffusionClassifier.Service.Options;

/// <summary>
/// Section <c>Idempotency</c>: answers to requests with an <c>Idempotency-Key</c>, which get the same answer when they are sent again. All
/// have values that work.
/// </summary>
public sealed record IdempotencyOptions
{
    public const string Section = "Idempotency";

    /// <summary>How long an answer is kept: longer than any client goes on trying.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Bytes of all answers that are kept; those not asked for longest go first. 0: only requests that run at the same time are answered
    /// together. The default holds ten thousand answers of ten labels.
    /// </summary>
    public long MaxBytes { get; init; } = 32L << 20;
}
