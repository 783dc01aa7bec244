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

    /// <summary>Width × height that an image's header may claim; at most 715 million. The default allows 100-megapixel panoramas.</summary>
    public long MaxPixels { get; init; } = DefaultMaxPixels;

    /// <summary>Bytes of one image file.</summary>
    public long MaxBytes { get; init; } = DefaultMaxBytes;

    /// <summary>
    /// The library that decodes: <c>Vips</c> (not set: this one) or <c>ImageSharp</c>, which is managed code, slower, and ignores color
    /// profiles.
    /// </summary>
    public string? Decoder { get; init; }
}
