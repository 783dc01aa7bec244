using NetVips;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>
/// Computes an image's pixels in strips of whole rows, from the top: no more of it is in memory than the loader itself keeps.
/// </summary>
internal static class PixelStrips
{
    // Large enough to amortise a call, and below what .NET puts on its heap of large objects, as each strip is an array of its own.
    private const int StripBytes = 64 * 1024;

    /// <param name="image">Opened for sequential access, or in memory.</param>
    /// <param name="take">Called with the first row of the strip and its samples, [rows, Width, Bands] in the native byte order.</param>
    public static void Read(Image image, Action<int, ReadOnlySpan<byte>> take)
    {
        int width = image.Width, height = image.Height;
        int rowsAtOnce = (int)Math.Max(1, StripBytes / ((long)width * image.Bands * SampleBytes(image)));
        using Region region = Region.New(image);
        for (int row = 0; row < height; row += rowsAtOnce)
            take(row, region.Fetch(0, row, width, Math.Min(rowsAtOnce, height - row)));
    }

    public static int SampleBytes(Image image) => image.Format == Enums.BandFormat.Ushort ? sizeof(ushort) : sizeof(byte);
}
