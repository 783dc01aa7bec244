namespace DiffusionClassifier.Core.Models;

/// <summary>
/// x₀: the image as the diffusion process knows it, scaled and shifted (or the pixels themselves, for a pixel-space model).
/// </summary>
/// <param name="Values">C·H·W values in row-major order.</param>
/// <param name="Shape">C, H, W.</param>
public sealed record Latent(float[] Values, LatentShape Shape);
