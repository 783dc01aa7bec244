namespace DiffusionClassifier.Onnx.Images;

/// <summary>The libraries that can read image files.</summary>
public enum DecoderKind
{
    /// <summary>The default, libvips: color profiles, Pillow's pixels, the least memory and time; native code.</summary>
    Vips,

    /// <summary>ImageSharp: pure .NET, for use without native libraries.</summary>
    ImageSharp,
}
