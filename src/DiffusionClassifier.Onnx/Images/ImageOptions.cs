using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images;

/// <summary>What is refused before a pixel is decoded, and what decodes.</summary>
public sealed record ImageOptions
{
    /// <summary>128 million: a 100-megapixel panorama passes, and its pixels (3 bytes each) still need less than 400 MB.</summary>
    public const long DefaultMaxPixels = 128_000_000;

    /// <summary>64 MiB: the largest JPEG that such a camera writes, with room to spare.</summary>
    public const long DefaultMaxBytes = 64L << 20;

    /// <summary>715 million: three bytes a pixel must fit into one .NET array (<see cref="Array.MaxLength"/>).</summary>
    public static long LargestMaxPixels { get; } = Array.MaxLength / RgbImage.Channels;

    /// <summary>Width × height that the header may claim, 1 to <see cref="LargestMaxPixels"/>.</summary>
    public long MaxPixels { get; init; } = DefaultMaxPixels;

    /// <summary>Size of the file in bytes, at least 1.</summary>
    public long MaxBytes { get; init; } = DefaultMaxBytes;

    /// <summary>The library that decodes, by its name (<see cref="DecoderKind"/>) in any case; null: libvips.</summary>
    public string? Decoder { get; init; }
}
