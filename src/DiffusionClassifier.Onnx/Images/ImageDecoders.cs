namespace DiffusionClassifier.Onnx.Images;

/// <summary>The libraries that read image files.</summary>
public static class ImageDecoders
{
    /// <summary>A decoder on libvips; make one and share it.</summary>
    /// <exception cref="DllNotFoundException">libvips cannot be loaded; the message says what to do.</exception>
    public static IImageDecoder Create() => new Vips.VipsImageDecoder();
}
