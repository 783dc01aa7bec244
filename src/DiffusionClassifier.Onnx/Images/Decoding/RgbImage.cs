namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>Decoded pixels.</summary>
/// <param name="Width">Width in pixels, at least 1.</param>
/// <param name="Height">Height in pixels, at least 1.</param>
/// <param name="Pixels">[Height, Width, 3] bytes: rows from the top, RGB interleaved, no padding.</param>
public sealed record RgbImage(int Width, int Height, byte[] Pixels)
{
    /// <summary>Bytes a pixel: red, green, blue.</summary>
    internal const int Channels = 3;

    /// <summary>What the caller should know about how the file was read, as sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
