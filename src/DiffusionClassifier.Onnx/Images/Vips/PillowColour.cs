using System.Runtime.InteropServices;
using DiffusionClassifier.Onnx.Images.Decoding;
using NetVips;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>
/// <see cref="ImageMode.Reference"/>: what Pillow 9.4's <c>Image.open(file).convert("RGB")</c> gives. Orientation and profile are not
/// looked at, alpha is dropped and not composed. Source: Pillow src/PIL/PngImagePlugin.py (modes), src/libImaging/Convert.c.
/// </summary>
internal static class PillowColour
{
    /// <summary>Turns samples, [pixels, bands] in the native byte order, into [pixels, 3] bytes.</summary>
    private delegate void Conversion(ReadOnlySpan<byte> samples, int bands, Span<byte> rgb);

    public static RgbImage ToRgb(Image image)
    {
        int stride = image.Width * RgbImage.Channels;
        int bands = image.Bands;
        byte[] rgb = GC.AllocateUninitializedArray<byte>(checked(image.Height * stride));
        Conversion convert = Choose(image);
        int pixelBytes = bands * PixelStrips.SampleBytes(image);
        PixelStrips.Read(image, (row, samples) =>
            convert(samples, bands, rgb.AsSpan(row * stride, samples.Length / pixelBytes * RgbImage.Channels)));
        return new RgbImage(image.Width, image.Height, rgb);
    }

    private static Conversion Choose(Image image)
    {
        if (image.Interpretation == Enums.Interpretation.Cmyk)
            return FromCmyk;
        if (image.Format == Enums.BandFormat.Uchar)
            return FromBytes;
        // Pillow reads 16-bit gray as integers and clips them; every other 16-bit image (with alpha, with color) loses its low byte.
        return image.Bands == 1 ? Clip : HighBytes;
    }

    /// <summary>Gray (1 or 2 bands) is repeated; a last band beyond gray or RGB is alpha, left out.</summary>
    private static void FromBytes(ReadOnlySpan<byte> samples, int bands, Span<byte> rgb)
    {
        (int green, int blue) = bands < RgbImage.Channels ? (0, 0) : (1, 2);
        for (int source = 0, target = 0; target < rgb.Length; source += bands, target += RgbImage.Channels)
        {
            rgb[target] = samples[source];
            rgb[target + 1] = samples[source + green];
            rgb[target + 2] = samples[source + blue];
        }
    }

    private static void HighBytes(ReadOnlySpan<byte> samples, int bands, Span<byte> rgb)
    {
        ReadOnlySpan<ushort> wide = MemoryMarshal.Cast<byte, ushort>(samples);
        (int green, int blue) = bands < RgbImage.Channels ? (0, 0) : (1, 2);
        for (int source = 0, target = 0; target < rgb.Length; source += bands, target += RgbImage.Channels)
        {
            rgb[target] = (byte)(wide[source] >> 8);
            rgb[target + 1] = (byte)(wide[source + green] >> 8);
            rgb[target + 2] = (byte)(wide[source + blue] >> 8);
        }
    }

    private static void Clip(ReadOnlySpan<byte> samples, int bands, Span<byte> rgb)
    {
        ReadOnlySpan<ushort> wide = MemoryMarshal.Cast<byte, ushort>(samples);
        for (int pixel = 0; pixel < wide.Length; pixel++)
            rgb.Slice(pixel * RgbImage.Channels, RgbImage.Channels).Fill((byte)Math.Min(wide[pixel], byte.MaxValue));
    }

    /// <summary>Ink to light without a profile: (255 − key) less that share of each ink.</summary>
    private static void FromCmyk(ReadOnlySpan<byte> samples, int bands, Span<byte> rgb)
    {
        for (int source = 0, target = 0; target < rgb.Length; source += bands, target += RgbImage.Channels)
        {
            int light = byte.MaxValue - samples[source + RgbImage.Channels];
            for (int ink = 0; ink < RgbImage.Channels; ink++)
                rgb[target + ink] = (byte)(light - Product(samples[source + ink], light));
        }
    }

    /// <summary>a·b/255, rounded: Pillow's MULDIV255. Never above <paramref name="b"/>.</summary>
    private static int Product(int a, int b)
    {
        int product = a * b + 128;
        return ((product >> 8) + product) >> 8;
    }
}
