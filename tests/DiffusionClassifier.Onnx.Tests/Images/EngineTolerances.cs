namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>How far this build's image library may be from Pillow. Each set of engines has its own file of this name.</summary>
internal static class EngineTolerances
{
    /// <summary>Levels of a pixel of a JPEG: libvips and Pillow carry different releases of the same decoder.</summary>
    public const int JpegLevels = 3;

    /// <summary>Whether colour profiles, and ink without one, are turned into what a screen shows.</summary>
    public const bool InterpretsColour = true;

    /// <summary>UTF-16 units of a text without end that the tokenizer need not take long for; the engine itself lets through a thousand.</summary>
    public const int EndlessText = 400_000;

    /// <summary>Copies of the pixels that decoding holds over libvips' own number.</summary>
    public const int MoreCopies = 0;

    public const double JpegMeanLevels = JpegLevels;
}
