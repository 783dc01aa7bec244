using DiffusionClassifier.Onnx.Images.Decoding;
using NetVips;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary><see cref="ImageMode.Default"/>: the image as a viewer shows it, as 8-bit sRGB.</summary>
internal static class DisplayColour
{
    // EXIF: 1 is upright, 2 to 8 are the other seven ways to hold a camera or a mirror.
    private const int Upright = 1;
    private const int LastOrientation = 8;

    private static readonly double[] White = [255, 255, 255];

    /// <summary>A step that changes nothing is left out: each costs as much as opening a small file.</summary>
    public static RgbImage ToRgb(Image image, List<string> warnings)
    {
        using Image? managed = ApplyProfile(image, warnings);
        using Image? srgb = ToSrgb(managed ?? image);
        Image coloured = srgb ?? managed ?? image;
        using Image? opaque = coloured.HasAlpha() ? coloured.Flatten(background: White) : null;
        using Image? turned = Orient(opaque ?? coloured, image.FindInt("orientation"));
        return Read(turned ?? opaque ?? coloured);
    }

    private static Image? ApplyProfile(Image image, List<string> warnings)
    {
        if (!EmbeddedProfile.Exists(image))
            return null;
        try
        {
            // An unreadable profile is asked about, as libvips would take it for sRGB without a word; one that reads may still not convert.
            if (EmbeddedProfile.IsUsable(image))
                return image.IccTransform("srgb", embedded: true);
        }
        catch (VipsException)
        {
            // The image is worth more than its profile: as below.
        }

        warnings.Add(DecodingMessages.ProfileNotUsed);
        return null;
    }

    private static Image? ToSrgb(Image image) =>
        image.Interpretation == Enums.Interpretation.Srgb && image.Format == Enums.BandFormat.Uchar && image.Bands >= RgbImage.Channels
            ? null
            : image.Colourspace(Enums.Interpretation.Srgb);

    private static Image? Orient(Image image, int? orientation)
    {
        if (orientation is not (> Upright and <= LastOrientation))
            return null;
        using Image pixels = image.CopyMemory(); // all of it: turning does not read from top to bottom
        return pixels.Autorot();
    }

    private static RgbImage Read(Image image)
    {
        byte[] rgb = GC.AllocateUninitializedArray<byte>(checked(image.Width * image.Height * RgbImage.Channels));
        int stride = image.Width * RgbImage.Channels;
        PixelStrips.Read(image, (row, samples) => samples.CopyTo(rgb.AsSpan(row * stride)));
        return new RgbImage(image.Width, image.Height, rgb);
    }
}
