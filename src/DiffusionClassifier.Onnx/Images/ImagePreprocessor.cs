using System.Globalization;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images;

/// <summary>
/// Image files to the square of floats that a model sees: limits, decoding (<see cref="IImageDecoder"/>), crop and scale
/// (<see cref="Crops"/>), then torchvision's ToTensor and Normalize(0.5, 0.5).
/// </summary>
public sealed class ImagePreprocessor : IImagePreprocessor
{
    // The two float32 steps of torchvision, one after the other: all of u8's values at once.
    private static readonly float[] Normalized = [.. Enumerable.Range(0, 256).Select(level => (level / 255f - 0.5f) / 0.5f)];

    private readonly IImageDecoder _decoder;
    private readonly ImageOptions _limits;

    /// <param name="decoder">Reads the files.</param>
    /// <param name="limits">What is refused; the defaults where null.</param>
    /// <exception cref="ArgumentException">A limit is out of its documented range.</exception>
    public ImagePreprocessor(IImageDecoder decoder, ImageOptions? limits = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        _decoder = decoder;
        _limits = limits ?? new ImageOptions();
        if (_limits.MaxBytes < 1 || _limits.MaxPixels < 1 || _limits.MaxPixels > ImageOptions.LargestMaxPixels)
        {
            throw new ArgumentException($"Images:MaxBytes is {_limits.MaxBytes} and Images:MaxPixels {_limits.MaxPixels}; "
                + $"they must be at least 1, and MaxPixels at most {ImageOptions.LargestMaxPixels}.");
        }
    }

    /// <inheritdoc/>
    public ImageHeader ReadHeader(ReadOnlyMemory<byte> file)
    {
        if (file.IsEmpty)
        {
            throw new ClassificationException(ClassificationError.MissingImage,
                "The image is empty: send the bytes of a JPEG, PNG or WebP file.");
        }

        if (file.Length > _limits.MaxBytes)
            throw TooLarge($"The image has {file.Length:N0} bytes; at most {_limits.MaxBytes:N0} are accepted: send a smaller file.");

        ImageHeader header = _decoder.ReadHeader(file);
        if ((long)header.Width * header.Height > _limits.MaxPixels)
        {
            throw TooLarge(
                $"The image has {header.Width} x {header.Height} pixels; at most {_limits.MaxPixels:N0} are accepted: scale it down.");
        }

        JpegScans scans = header.Format == ImageFormats.Jpeg ? JpegScans.Of(file.Span) : default;
        if (scans.Count > JpegScans.Most)
        {
            throw new ClassificationException(ClassificationError.InvalidImage,
                $"The JPEG file has {scans.Count} scans, more than any camera or program writes: save it again as an ordinary JPEG.");
        }

        return header with { DecodeBytes = DecodingMemory.Estimate(header, scans, file.Span) };
    }

    /// <inheritdoc/>
    public PixelImage Load(ReadOnlyMemory<byte> file, ImageHeader header, ImageMode mode, ImagePreprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(preprocessing);
        RgbImage decoded = _decoder.Decode(file, header, mode);
        RgbImage square = Crops.Square(decoded, preprocessing);
        return new PixelImage(ToPlanes(square), preprocessing.Size, decoded.Warnings);
    }

    /// <inheritdoc/>
    public byte[] Overlay(PixelImage image, ReadOnlySpan<float> map, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        return OverlayPainter.Draw(image, map, width, height);
    }

    /// <summary>[height, width, 3] bytes to [3, height, width] floats in [−1, 1].</summary>
    internal static float[] ToPlanes(RgbImage image)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        int plane = image.Width * image.Height;
        float[] values = new float[RgbImage.Channels * plane];
        for (int pixel = 0, source = 0; pixel < plane; pixel++, source += RgbImage.Channels)
        {
            values[pixel] = Normalized[pixels[source]];
            values[plane + pixel] = Normalized[pixels[source + 1]];
            values[2 * plane + pixel] = Normalized[pixels[source + 2]];
        }

        return values;
    }

    private static ClassificationException TooLarge(FormattableString message) =>
        new(ClassificationError.ImageTooLarge, message.ToString(CultureInfo.InvariantCulture));
}
