namespace DiffusionClassifier.Onnx.Images;

/// <summary>The image library of this build. Each set of engines has its own file of this name.</summary>
public static class ImageEngine
{
    /// <summary>A decoder on libvips; make one and share it.</summary>
    /// <exception cref="DllNotFoundException">libvips cannot be loaded; the message says what to do.</exception>
    public static IImageDecoder CreateDecoder() => new Portable.VipsImageDecoder();
}
