namespace DiffusionClassifier.Core.Models;

/// <summary>The shape of what the denoiser sees: C channels of H×W.</summary>
public readonly record struct LatentShape(int Channels, int Height, int Width)
{
    /// <summary>C·H·W.</summary>
    public int Length => Channels * Height * Width;
}
