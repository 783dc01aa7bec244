using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images;

/// <summary>The libraries that read image files.</summary>
public static class ImageDecoders
{
    /// <summary>The library that a setting names, libvips if it is absent.</summary>
    /// <param name="name">The value of Images:Decoder; case does not matter.</param>
    /// <exception cref="ArgumentException">There is no such decoder.</exception>
    public static DecoderKind Parse(string? name)
    {
        foreach (DecoderKind kind in Enum.GetValues<DecoderKind>())
        {
            if (name is null || name.Equals($"{kind}", StringComparison.OrdinalIgnoreCase))
                return kind;
        }

        throw new ArgumentException($"Images:Decoder is '{name}'; it must be {string.Join(" or ", Enum.GetNames<DecoderKind>())}.");
    }

    /// <summary>A decoder on that library; make one and share it.</summary>
    /// <exception cref="DllNotFoundException">libvips cannot be loaded; the message says what to do.</exception>
    public static IImageDecoder Create(DecoderKind kind = DecoderKind.Vips) => kind switch
    {
        DecoderKind.Vips => new Vips.VipsImageDecoder(),
        DecoderKind.ImageSharp => new ImageSharp.ImageSharpDecoder(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown decoder."),
    };
}
