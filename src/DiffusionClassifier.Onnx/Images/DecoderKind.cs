namespace DiffusionClassifier.Onnx.Images;

/// <summary>The libraries that can read image files.</summary>
public enum DecoderKind
{
    /// <summary>The default, libvips: colour profiles, Pillow's pixels, the least memory and time; native code.</summary>
    Vips,

    /// <summary>ImageSharp: .NET alone, for where no native library is wanted.</summary>
    ImageSharp,
}
