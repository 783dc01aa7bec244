using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata.Profiles.Icc;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>
/// Decodes JPEG, PNG and WebP with ImageSharp. It converts no colour profiles (its version 4 does): one other than sRGB becomes a warning.
/// Thread-safe.
/// </summary>
internal sealed class ImageSharpDecoder : IImageDecoder
{
    /// <summary>Three formats and no others, one frame, and each request on its own thread alone.</summary>
    private readonly Configuration _configuration = new(new JpegConfigurationModule(), new PngConfigurationModule(), new WebpConfigurationModule())
    {
        MaxDegreeOfParallelism = 1,
    };

    /// <inheritdoc/>
    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file)
    {
        string format = ImageFormats.Recognise(file.Span);
        IImageInfo? info = Try(format, () => Image.Identify(_configuration, new MemoryStream(file.ToArray()), out _));
        return info is { Width: > 0, Height: > 0 }
            ? new ImageHeader(format, info.Width, info.Height)
            : throw DecodingMessages.Damaged(format, cause: null);
    }

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlyMemory<byte> file, ImageMode mode)
    {
        string format = ImageFormats.Recognise(file.Span);
        if (!Try(format, () => FileStructure.IsWhole(format, file.Span)))
            throw DecodingMessages.Damaged(format, cause: null);

        List<string> warnings = [];
        if (format == ImageFormats.WebP && FileStructure.CountFrames(file.Span) is > 1 and int frames)
            warnings.Add(DecodingMessages.OnlyFirstFrame(frames));
        RgbImage pixels = Try(format, () => mode == ImageMode.Reference ? ReadStored(format, file.Span) : ReadDisplayed(format, file.Span, warnings));
        return pixels with { Warnings = warnings };
    }

    /// <summary><see cref="ImageMode.Reference"/>: Pillow's <c>convert("RGB")</c>.</summary>
    private RgbImage ReadStored(string format, ReadOnlySpan<byte> file)
    {
        if (WidePng(format, file) is not { } png)
            return Read<Rgba32>(file, PixelRows.DropAlpha);
        return Read<Rgba64>(file, png.ColorType == PngColorType.Grayscale ? PixelRows.ClipGray : PixelRows.DropAlpha);
    }

    /// <summary><see cref="ImageMode.Default"/>: as a viewer shows it.</summary>
    private RgbImage ReadDisplayed(string format, ReadOnlySpan<byte> file, List<string> warnings) => WidePng(format, file) is null
        ? Read<Rgba32>(file, PixelRows.OverWhite, image => Display(image, warnings))
        : Read<Rgba64>(file, PixelRows.OverWhite, image => Display(image, warnings));

    private RgbImage Read<TPixel>(ReadOnlySpan<byte> file, PixelRows.Conversion<TPixel> convert, Action<Image>? prepare = null)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using Image<TPixel> image = Image.Load<TPixel>(_configuration, file);
        prepare?.Invoke(image);
        return PixelRows.Read(image, convert);
    }

    private static void Display(Image image, List<string> warnings)
    {
        if (image.Metadata.IccProfile is { } profile && !IsSrgb(profile))
            warnings.Add(DecodingMessages.ProfileNotUsed);
        image.Mutate(context => context.AutoOrient());
    }

    /// <summary>What the header of a PNG with 16-bit samples says, null for all other files.</summary>
    private PngMetadata? WidePng(string format, ReadOnlySpan<byte> file) =>
        format == ImageFormats.Png && Image.Identify(_configuration, new MemoryStream(file.ToArray()), out _).Metadata.GetPngMetadata() is { BitDepth: PngBitDepth.Bit16 } png ? png : null;

    /// <summary>By its name, as eight bits or sixteen a letter: what a camera writes by default is not worth a warning.</summary>
    private static bool IsSrgb(IccProfile profile)
    {
        ReadOnlySpan<byte> bytes = profile.ToByteArray();
        return bytes.IndexOf("sRGB"u8) >= 0 || bytes.IndexOf("s\0R\0G\0B"u8) >= 0;
    }

    /// <summary>
    /// Turns what ImageSharp says of a file into our errors. Of any exception, as damaged files also bring it to throw some that are not its
    /// own (NullReferenceException: github.com/SixLabors/ImageSharp/issues/3071).
    /// </summary>
    private static TResult Try<TResult>(string format, Func<TResult> use)
    {
        try
        {
            return use();
        }
        catch (Exception exception) when (exception.GetBaseException() is InvalidMemoryOperationException)
        {
            throw new ClassificationException(
                ClassificationError.ImageTooLarge, "The image needs more memory than one image may take: scale it down.", exception);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw DecodingMessages.Damaged(format, exception);
        }
    }
}
