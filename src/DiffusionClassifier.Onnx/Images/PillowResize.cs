using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images;

/// <summary>
/// Pillow's antialiased resize of 8-bit images, bit for bit: a horizontal and a vertical convolution with fixed-point weights, the image
/// between them rounded to bytes, and an axis that keeps its length left alone. Source: Pillow src/libImaging/Resample.c (the method and
/// its constants; the code is our own). No image library of .NET gives these numbers, and libvips differs by up to 4 levels.
/// </summary>
internal static class PillowResize
{
    private const int Channels = RgbImage.Channels;

    private const int Half = 1 << (ResampleWindows.FractionBits - 1);

    /// <summary>The whole image at another size (pixels, at least 1).</summary>
    public static RgbImage Resize(RgbImage image, int width, int height, ResizeFilter filter) =>
        Resize(image, new ResizedAxis(width, 0, width), new ResizedAxis(height, 0, height), filter);

    /// <summary>Part of the image at another size; each pixel is what it would be in the whole.</summary>
    public static RgbImage Resize(RgbImage image, ResizedAxis columns, ResizedAxis rows, ResizeFilter filter)
    {
        if (rows.Scaled == image.Height)
            return Horizontal(image, (int)rows.Start, rows.Length, columns, filter);

        ResampleWindows windows = new(image.Height, rows, filter);
        RgbImage narrow = Horizontal(image, windows.FirstInput, windows.EndInput - windows.FirstInput, columns, filter);
        return Vertical(narrow, windows);
    }

    /// <summary>The kept columns of <paramref name="rowCount"/> rows.</summary>
    private static RgbImage Horizontal(RgbImage image, int firstRow, int rowCount, ResizedAxis columns, ResizeFilter filter)
    {
        byte[] output = GC.AllocateUninitializedArray<byte>(checked(rowCount * columns.Length * Channels));
        ResampleWindows? windows = columns.Scaled == image.Width ? null : new(image.Width, columns, filter);
        for (int row = 0; row < rowCount; row++)
        {
            ReadOnlySpan<byte> source = Row(image, firstRow + row);
            Span<byte> target = output.AsSpan(row * columns.Length * Channels, columns.Length * Channels);
            if (windows is null)
                source.Slice((int)columns.Start * Channels, target.Length).CopyTo(target);
            else
                ConvolveRow(source, target, windows);
        }

        return new RgbImage(columns.Length, rowCount, output);
    }

    private static void ConvolveRow(ReadOnlySpan<byte> source, Span<byte> target, ResampleWindows windows)
    {
        for (int column = 0; column < windows.Count; column++)
        {
            ReadOnlySpan<int> weights = windows.Weights(column);
            ReadOnlySpan<byte> samples = source.Slice(windows.Start(column) * Channels, weights.Length * Channels);
            int red = Half, green = Half, blue = Half;
            foreach (int weight in weights)
            {
                red += samples[0] * weight;
                green += samples[1] * weight;
                blue += samples[2] * weight;
                samples = samples[Channels..];
            }

            Span<byte> pixel = target.Slice(column * Channels, Channels);
            pixel[0] = ToByte(red);
            pixel[1] = ToByte(green);
            pixel[2] = ToByte(blue);
        }
    }

    /// <param name="image">The rows from <see cref="ResampleWindows.FirstInput"/> to <see cref="ResampleWindows.EndInput"/>.</param>
    /// <param name="windows">Which of them make up each output row.</param>
    private static RgbImage Vertical(RgbImage image, ResampleWindows windows)
    {
        int stride = image.Width * Channels;
        byte[] output = GC.AllocateUninitializedArray<byte>(checked(windows.Count * stride));
        int[] sums = new int[stride];
        for (int row = 0; row < windows.Count; row++)
        {
            sums.AsSpan().Fill(Half);
            int sourceRow = windows.Start(row) - windows.FirstInput;
            foreach (int weight in windows.Weights(row))
                AddWeighted(Row(image, sourceRow++), weight, sums);

            Span<byte> target = output.AsSpan(row * stride, stride);
            for (int i = 0; i < target.Length; i++)
                target[i] = ToByte(sums[i]);
        }

        return new RgbImage(image.Width, windows.Count, output);
    }

    private static void AddWeighted(ReadOnlySpan<byte> samples, int weight, Span<int> sums)
    {
        for (int i = 0; i < sums.Length; i++)
            sums[i] += samples[i] * weight;
    }

    private static byte ToByte(int sum) => (byte)Math.Clamp(sum >> ResampleWindows.FractionBits, byte.MinValue, byte.MaxValue);

    private static ReadOnlySpan<byte> Row(RgbImage image, int row) =>
        image.Pixels.AsSpan(checked((int)((long)row * image.Width * Channels)), image.Width * Channels);
}
