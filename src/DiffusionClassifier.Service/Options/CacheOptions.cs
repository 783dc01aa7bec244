namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Cache</c>: answers that are kept for those who ask the same again. All have values that work.</summary>
public sealed record CacheOptions
{
    public const string Section = "Cache";

    /// <summary>
    /// Bytes of all answers that are kept, about; those not asked for longest go first. 0: every request is worked on. The default holds
    /// thousands of answers of ten labels, or thirty of ImageNet's 1,000.
    /// </summary>
    public long MaxBytes { get; init; } = 64L << 20;
}
