namespace DiffusionClassifier.Core.Models;

/// <summary>What the denoiser is told about a label. Immutable, so rows of many requests may share one.</summary>
/// <param name="Warning">What the caller should know about how it was made, or null.</param>
public abstract record Conditioning(string? Warning = null)
{
    /// <summary>Memory that it takes, in bytes.</summary>
    public abstract long SizeInBytes { get; }
}
