using DiffusionClassifier.Core.Models;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace DiffusionClassifier.Onnx.Images;

/// <summary>Draws where an image speaks for a label, and where against it. Stateless.</summary>
internal static class OverlayPainter
{
    private const int ShortestSide = 256; // pixels: an image of 32 can hardly be seen

    // The strongest colour belongs to this share of the places: a single extreme would leave the others pale.
    private const double Strongest = 0.99;
    private const float MostOpaque = 0.8f; // the image still shows

    // Told apart by those who see no red, too.
    private static readonly Rgb24 For = new(214, 39, 40), Against = new(31, 119, 230);

    /// <inheritdoc cref="IImagePreprocessor.Overlay"/>
    public static byte[] Draw(PixelImage image, ReadOnlySpan<float> map, int width, int height)
    {
        int side = image.Size * Math.Max(1, (ShortestSide + image.Size - 1) / image.Size);
        using Image<Rgb24> picture = Picture(image);
        using Image<Rgba32> heat = Heat(map, width, height);
        heat.Mutate(to => to.Resize(side, side, KnownResamplers.Bicubic));
        picture.Mutate(to => to.Grayscale().Resize(side, side, KnownResamplers.NearestNeighbor).DrawImage(heat, opacity: 1));
        var pixels = new byte[side * side * 3];
        picture.CopyPixelDataTo(pixels);
        return PictureWriter.Png(side, side, pixels);
    }

    private static Image<Rgb24> Picture(PixelImage image)
    {
        int plane = image.Size * image.Size;
        var pixels = new Rgb24[plane];
        for (int i = 0; i < plane; i++)
            pixels[i] = new Rgb24(Level(image.Values[i]), Level(image.Values[plane + i]), Level(image.Values[2 * plane + i]));
        return Image.LoadPixelData(pixels, image.Size, image.Size);
    }

    private static byte Level(float value) => (byte)Math.Clamp(MathF.Round((value + 1) / 2 * 255), 0, 255);

    private static Image<Rgba32> Heat(ReadOnlySpan<float> map, int width, int height)
    {
        float[] strengths = [.. map.ToArray().Select(Math.Abs).Order()];
        float full = strengths[(int)(Strongest * (strengths.Length - 1))];
        var pixels = new Rgba32[width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            float strength = full > 0 ? Math.Min(1, Math.Abs(map[i]) / full) : 0;
            Rgb24 colour = map[i] > 0 ? For : Against;
            pixels[i] = new Rgba32(colour.R, colour.G, colour.B, (byte)(MostOpaque * strength * 255));
        }

        return Image.LoadPixelData(pixels, width, height);
    }
}
