using DiffusionClassifier.Onnx.Images.Decoding;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace DiffusionClassifier.Onnx.Images;

/// <summary>Images to files.</summary>
public static class PictureWriter
{
    // Nothing is lost, and speed is worth more than bytes.
    private static readonly PngEncoder Encoder = new()
    {
        ColorType = PngColorType.Rgb,
        BitDepth = PngBitDepth.Bit8,
        CompressionLevel = PngCompressionLevel.BestSpeed,
        IgnoreMetadata = true,
    };

    /// <param name="width">At least 1.</param>
    /// <param name="height">At least 1.</param>
    /// <param name="rgb">[height, width, 3] bytes.</param>
    /// <exception cref="ArgumentException">There are not as many bytes as that.</exception>
    public static byte[] Png(int width, int height, ReadOnlySpan<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * RgbImage.Channels)
            throw new ArgumentException($"{rgb.Length} bytes are not {width} × {height} pixels of {RgbImage.Channels}.", nameof(rgb));
        using Image<Rgb24> image = Image.LoadPixelData<Rgb24>(rgb, width, height);
        using MemoryStream file = new();
        image.Save(file, Encoder);
        return file.ToArray();
    }
}
