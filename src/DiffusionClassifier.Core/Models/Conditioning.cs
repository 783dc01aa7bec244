namespace DiffusionClassifier.Core.Models;

/// <summary>What the denoiser is told about a label. Immutable, so rows of many requests may share one.</summary>
/// <param name="Warning">What the caller should know about how it came about, or null.</param>
public abstract record Conditioning(string? Warning = null)
{
    /// <summary>Memory that keeping it costs, in bytes.</summary>
    public abstract long SizeInBytes { get; }
}
