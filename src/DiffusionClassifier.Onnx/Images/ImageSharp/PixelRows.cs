using DiffusionClassifier.Onnx.Images.Decoding;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>ImageSharp's pixels to [height, width, 3] bytes. Integers throughout: the same bytes on every CPU.</summary>
internal static class PixelRows
{
    private const int HighByte = 8; // bits to the right of a 16-bit sample's high byte

    public delegate void Conversion<TPixel>(ReadOnlySpan<TPixel> row, Span<byte> rgb);

    public static RgbImage Read<TPixel>(Image<TPixel> image, Conversion<TPixel> convert)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        int stride = image.Width * RgbImage.Channels;
        byte[] rgb = GC.AllocateUninitializedArray<byte>(checked(image.Height * stride));
        image.ProcessPixelRows(rows =>
        {
            for (int row = 0; row < rows.Height; row++)
                convert(rows.GetRowSpan(row), rgb.AsSpan(row * stride, stride));
        });
        return new RgbImage(image.Width, image.Height, rgb);
    }

    public static void OverWhite(ReadOnlySpan<Rgba32> row, Span<byte> rgb)
    {
        foreach (Rgba32 pixel in row)
            rgb = Put(rgb, Blend(pixel.R, pixel.A), Blend(pixel.G, pixel.A), Blend(pixel.B, pixel.A));
    }

    /// <summary>Every sample loses its low byte, then as 8-bit ones.</summary>
    public static void OverWhite(ReadOnlySpan<Rgba64> row, Span<byte> rgb)
    {
        foreach (Rgba64 pixel in row)
        {
            byte alpha = High(pixel.A);
            rgb = Put(rgb, Blend(High(pixel.R), alpha), Blend(High(pixel.G), alpha), Blend(High(pixel.B), alpha));
        }
    }

    public static void DropAlpha(ReadOnlySpan<Rgba32> row, Span<byte> rgb)
    {
        foreach (Rgba32 pixel in row)
            rgb = Put(rgb, pixel.R, pixel.G, pixel.B);
    }

    public static void DropAlpha(ReadOnlySpan<Rgba64> row, Span<byte> rgb)
    {
        foreach (Rgba64 pixel in row)
            rgb = Put(rgb, High(pixel.R), High(pixel.G), High(pixel.B));
    }

    /// <summary>As Pillow makes bytes of 16-bit gray: what is above 255 is 255.</summary>
    public static void ClipGray(ReadOnlySpan<Rgba64> row, Span<byte> rgb)
    {
        foreach (Rgba64 pixel in row)
        {
            byte gray = (byte)Math.Min(pixel.R, byte.MaxValue);
            rgb = Put(rgb, gray, gray, gray);
        }
    }

    private static Span<byte> Put(Span<byte> rgb, byte red, byte green, byte blue)
    {
        (rgb[0], rgb[1], rgb[2]) = (red, green, blue);
        return rgb[RgbImage.Channels..];
    }

    private static byte High(ushort sample) => (byte)(sample >> HighByte);

    private static byte Blend(byte sample, byte alpha) =>
        (byte)((sample * alpha + byte.MaxValue * (byte.MaxValue - alpha)) / byte.MaxValue);
}
