using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images;

/// <summary>What is refused before a pixel is decoded.</summary>
/// <param name="MaxPixels">Width × height that the header may claim, 1 to <see cref="LargestMaxPixels"/>.</param>
/// <param name="MaxBytes">Size of the file in bytes, at least 1.</param>
public sealed record ImageLimits(long MaxPixels = ImageLimits.DefaultMaxPixels, long MaxBytes = ImageLimits.DefaultMaxBytes)
{
    /// <summary>128 million: a 100-megapixel panorama passes, and its pixels (3 bytes each) still need less than 400 MB.</summary>
    public const long DefaultMaxPixels = 128_000_000;

    /// <summary>64 MiB: the largest JPEG that such a camera writes, with room to spare.</summary>
    public const long DefaultMaxBytes = 64L << 20;

    /// <summary>715 million: three bytes a pixel must fit into one .NET array (<see cref="Array.MaxLength"/>).</summary>
    public static long LargestMaxPixels { get; } = Array.MaxLength / RgbImage.Channels;
}
