using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>
/// How much memory decoding takes at its peak, in bytes a pixel: the larger of what libvips and ImageSharp hold at once, and as if EXIF
/// turned the image, for which all of it must be there.
/// </summary>
internal static class DecodingMemory
{
    /// <summary>
    /// libvips decodes row by row: RGB as it came and turned are 6. ImageSharp makes RGB of RGBA, and then turns RGB: 7, and 8 were
    /// measured. The rest is a margin.
    /// </summary>
    private const long Jpeg = 2 * 4 + RgbImage.Channels;

    /// <summary>A coefficient of each sample, where they are kept until the last scan.</summary>
    private const long Coefficient = sizeof(short);

    /// <summary>If it is interlaced, libvips holds RGBA besides those two.</summary>
    private const long Png = 4 + 2 * RgbImage.Channels;

    /// <summary>
    /// If it is interlaced, libvips holds four samples of 16 bits besides RGB twice: 14; ImageSharp has them and RGB: 11.
    /// </summary>
    private const long WidePng = 2 * 4 * sizeof(ushort);

    /// <summary>libwebp has the pixels of the frame and those it hands over, both RGBA, and the two of RGB follow.</summary>
    private const long WebP = 2 * 4 + 2 * RgbImage.Channels;

    private const int PngDepth = 24, WideDepth = 16; // behind the signature, the first chunk's length and type, width and height

    /// <param name="header">What the file was found to be.</param>
    /// <param name="scans">Of a JPEG.</param>
    /// <param name="file">The file's bytes.</param>
    public static long Estimate(ImageHeader header, JpegScans scans, ReadOnlySpan<byte> file)
    {
        long bytesOfPixel = header.Format switch
        {
            ImageFormats.Jpeg => Jpeg + (scans.AreSpread ? scans.Components * Coefficient : 0),
            ImageFormats.Png => file.Length > PngDepth && file[PngDepth] == WideDepth ? WidePng : Png,
            _ => WebP,
        };
        return (long)header.Width * header.Height * bytesOfPixel;
    }
}
