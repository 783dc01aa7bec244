namespace DiffusionClassifier.Onnx.Images;

/// <summary>The libraries that read image files.</summary>
public static class ImageDecoders
{
    /// <summary>A decoder on that library; make one and share it.</summary>
    /// <exception cref="DllNotFoundException">libvips cannot be loaded; the message says what to do.</exception>
    public static IImageDecoder Create(DecoderKind kind = DecoderKind.Vips) => kind switch
    {
        DecoderKind.Vips => new Vips.VipsImageDecoder(),
        DecoderKind.ImageSharp => new ImageSharp.ImageSharpDecoder(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown decoder."),
    };
}
