using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images.Decoding;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;
using ISharpDecoder = SixLabors.ImageSharp.Formats.IImageDecoder;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>
/// Decodes JPEG, PNG and WebP with ImageSharp, which has no native code. It converts no colour profiles: one other than sRGB becomes a
/// warning. It gets no metadata to read and no more memory than the picture's size accounts for. Thread-safe.
/// </summary>
internal sealed class ImageSharpDecoder : IImageDecoder
{
    private const long Tables = 32 << 20; // of codes, and whole blocks where a picture is but a pixel wide

    /// <inheritdoc/>
    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file)
    {
        string format = ImageFormats.Recognise(file.Span);
        return FileHeader.Size(format, file) is var (width, height)
            ? new ImageHeader(format, width, height)
            : throw DecodingMessages.Damaged(format, cause: null);
    }

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlyMemory<byte> file, ImageHeader header, ImageMode mode)
    {
        try
        {
            if (!FileStructure.IsWhole(header.Format, file))
                throw DecodingMessages.Damaged(header.Format, cause: null);
            (RgbImage image, int frames) = header.Format == ImageFormats.WebP
                ? DecodeWebP(header, file, mode)
                : (Decode(header, file, file, mode, whole => whole), 1);
            return DecodingMessages.Several(header.Format, file.Span, frames) is { } warning
                ? image with { Warnings = [warning, .. image.Warnings] }
                : image;
        }
        // Damaged files also bring ImageSharp to throw what is not its own (NullReferenceException: its issue 3071).
        catch (Exception exception) when (exception is not (ClassificationException or OutOfMemoryException))
        {
            throw DecodingMessages.Damaged(header.Format, exception);
        }
    }

    private static (RgbImage, int Frames) DecodeWebP(ImageHeader header, ReadOnlyMemory<byte> file, ImageMode mode)
    {
        WebPStill still = WebPStill.Of(file)!;
        return (Decode(header, file, still.File, mode, frame => Canvas.Place(frame, still, mode), still.IsOpaque), still.Frames);
    }

    /// <param name="header">What the file says of itself.</param>
    /// <param name="file">As it came.</param>
    /// <param name="decodable">As ImageSharp can read it.</param>
    /// <param name="mode">What is done with orientation, profile and alpha.</param>
    /// <param name="place">Makes the whole picture of the decoded part.</param>
    /// <param name="isOpaque">Alpha means nothing, whatever is stored.</param>
    private static RgbImage Decode(
        ImageHeader header,
        ReadOnlyMemory<byte> file,
        ReadOnlyMemory<byte> decodable,
        ImageMode mode,
        Func<RgbImage, RgbImage> place,
        bool isOpaque = false)
    {
        long memory = header.DecodeBytes + Tables + file.Length;
        Configuration configuration = new() { MaxDegreeOfParallelism = 1, MemoryAllocator = new PictureMemory(memory) };
        bool isReference = mode == ImageMode.Reference, dropsAlpha = isReference || isOpaque;
        (bool isWide, bool isGray) = header.Format == ImageFormats.Png ? PngStructure.Samples(file) : default;
        PixelRows.Conversion<Rgba64> wide =
            isReference && isGray ? PixelRows.ClipGray : dropsAlpha ? PixelRows.DropAlpha : PixelRows.OverWhite;
        RgbImage image = place(isWide
            ? Read(configuration, header.Format, decodable, wide)
            : Read<Rgba32>(configuration, header.Format, decodable, dropsAlpha ? PixelRows.DropAlpha : PixelRows.OverWhite));
        if ((image.Width, image.Height) != (header.Width, header.Height))
            throw DecodingMessages.Damaged(header.Format, cause: null);
        if (isReference)
            return image;
        return Turn.Upright(image, FileMetadata.Orientation(header.Format, file)) with
        {
            Warnings = FileMetadata.HasOtherProfile(header.Format, file) ? [DecodingMessages.ProfileNotUsed] : [],
        };
    }

    private static RgbImage Read<TPixel>(
        Configuration configuration, string format, ReadOnlyMemory<byte> file, PixelRows.Conversion<TPixel> convert)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ISharpDecoder decoder = format switch
        {
            ImageFormats.Jpeg => new JpegDecoder { IgnoreMetadata = true },
            ImageFormats.Png => new PngDecoder { IgnoreMetadata = true },
            _ => new WebpDecoder { IgnoreMetadata = true },
        };
        using Image<TPixel> image = Image.Load<TPixel>(configuration, file.Span, decoder);
        return PixelRows.Read(image, convert);
    }
}
