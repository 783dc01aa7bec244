namespace DiffusionClassifier.Core.Models;

/// <summary>What the denoiser is told about a label. Immutable, so rows of many requests may share one.</summary>
public abstract record Conditioning;
