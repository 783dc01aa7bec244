using System.Buffers;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images.Decoding;
using NetVips;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>Decodes JPEG, PNG and WebP with libvips. Thread-safe: each call has its own images.</summary>
internal sealed class VipsImageDecoder : IImageDecoder
{
    /// <exception cref="DllNotFoundException">libvips cannot be loaded.</exception>
    public VipsImageDecoder() => VipsLibrary.EnsureStarted();

    /// <inheritdoc/>
    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file)
    {
        string format = ImageFormats.Recognise(file.Span);
        return WithImage(file, format, image => new ImageHeader(format, image.Width, image.Height));
    }

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlyMemory<byte> file, ImageHeader header, ImageMode mode) => WithImage(file, header.Format, image =>
    {
        List<string> warnings = [];
        if (DecodingMessages.Several(header.Format, file.Span, image.FindInt("n-pages") ?? 1) is { } warning)
            warnings.Add(warning);
        RgbImage pixels = mode == ImageMode.Reference ? PillowColour.ToRgb(image) : DisplayColour.ToRgb(image, warnings);
        return pixels with { Warnings = warnings };
    });

    /// <summary>Opens the file, and turns what libvips says of it into our errors.</summary>
    private static TResult WithImage<TResult>(ReadOnlyMemory<byte> file, string format, Func<Image, TResult> use)
    {
        using MemoryHandle pinned = file.Pin();
        try
        {
            using Source source = BorrowedSource.Open(pinned, file.Length);
            using Image image = Open(format, source);
            return use(image);
        }
        catch (VipsException exception)
        {
            throw DecodingMessages.Damaged(format, exception);
        }
    }

    /// <summary>
    /// Reads the header, decodes no pixel. Then top to bottom, so that large pictures are neither held twice nor spilled to a temporary
    /// file; damage is an error, not grey pixels.
    /// </summary>
    private static Image Open(string format, Source file)
    {
        const Enums.Access Access = Enums.Access.Sequential;
        const Enums.FailOn FailOn = Enums.FailOn.Error;
        return format switch
        {
            ImageFormats.Jpeg => Image.JpegloadSource(file, access: Access, failOn: FailOn),
            ImageFormats.Png => Image.PngloadSource(file, access: Access, failOn: FailOn),
            _ => Image.WebploadSource(file, access: Access, failOn: FailOn),
        };
    }
}
