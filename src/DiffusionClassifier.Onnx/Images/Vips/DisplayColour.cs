using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary><see cref="ImageMode.Default"/>: the picture as a viewer shows it, as 8-bit sRGB.</summary>
internal static class DisplayColour
{
    // EXIF: 1 is upright, 2 to 8 are the other seven ways to hold a camera or a mirror.
    private const int Upright = 1;
    private const int LastOrientation = 8;

    public static RgbImage ToRgb(VipsImage image, List<string> warnings)
    {
        using VipsImage managed = ApplyProfile(image, warnings);
        using VipsImage srgb = managed.Apply("colourspace", ("space", "srgb"));
        using VipsImage opaque = srgb.HasAlpha ? srgb.Apply("flatten", ("background", "255 255 255")) : srgb.Apply("copy");
        using VipsImage turned = Orient(opaque, image.GetInt("orientation"));
        return Read(turned);
    }

    private static VipsImage ApplyProfile(VipsImage image, List<string> warnings)
    {
        if (!image.HasProfile)
            return image.Apply("copy");
        try
        {
            // An unreadable profile is asked about, as libvips would take it for sRGB without a word; one that reads may still not convert.
            if (image.HasUsableProfile)
                return image.Apply("icc_transform", ("output_profile", "srgb"), ("embedded", "true"));
        }
        catch (VipsException)
        {
            // The picture is worth more than its profile: as below.
        }

        warnings.Add(DecodingMessages.ProfileNotUsed);
        return image.Apply("copy");
    }

    private static VipsImage Orient(VipsImage image, int? orientation)
    {
        if (orientation is not (> Upright and <= LastOrientation))
            return image.Apply("copy");
        using VipsImage pixels = image.ToMemory();
        return pixels.Apply("autorot");
    }

    private static RgbImage Read(VipsImage image)
    {
        byte[] rgb = GC.AllocateUninitializedArray<byte>(checked(image.Width * image.Height * RgbImage.Channels));
        int stride = image.Width * RgbImage.Channels;
        image.ReadStrips((row, samples) => samples.CopyTo(rgb.AsSpan(row * stride)));
        return new RgbImage(image.Width, image.Height, rgb);
    }
}
