using System.Buffers;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>Decodes JPEG, PNG and WebP with libvips. Thread-safe: each call has its own images.</summary>
internal sealed class VipsImageDecoder : IImageDecoder
{
    /// <exception cref="DllNotFoundException">libvips cannot be loaded.</exception>
    public VipsImageDecoder() => VipsLibrary.EnsureStarted();

    /// <inheritdoc/>
    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file) =>
        WithImage(file, static (format, image) => new ImageHeader(format, image.Width, image.Height));

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlyMemory<byte> file, ImageMode mode) => WithImage(file, (format, image) =>
    {
        List<string> warnings = [];
        if (format == ImageFormats.WebP && image.GetInt("n-pages") is > 1 and int frames)
            warnings.Add(DecodingMessages.OnlyFirstFrame(frames));
        RgbImage pixels = mode == ImageMode.Reference ? PillowColour.ToRgb(image) : DisplayColour.ToRgb(image, warnings);
        return pixels with { Warnings = warnings };
    });

    /// <summary>Opens the file, and turns what libvips says of it into our errors.</summary>
    private static TResult WithImage<TResult>(ReadOnlyMemory<byte> file, Func<string, VipsImage, TResult> use)
    {
        string format = ImageFormats.Recognise(file.Span);
        using MemoryHandle pinned = file.Pin();
        try
        {
            using VipsImage image = VipsImage.Open(Loader(format), pinned, file.Length);
            return use(format, image);
        }
        catch (VipsException exception)
        {
            throw DecodingMessages.Damaged(format, exception);
        }
    }

    private static string Loader(string format) => format switch
    {
        ImageFormats.Jpeg => "jpegload_buffer",
        ImageFormats.Png => "pngload_buffer",
        _ => "webpload_buffer",
    };
}
