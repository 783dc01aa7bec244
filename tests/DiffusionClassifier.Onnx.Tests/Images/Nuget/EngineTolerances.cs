namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>How far this build's image library may be from Pillow. Each set of engines has its own file of this name.</summary>
internal static class EngineTolerances
{
    /// <summary>
    /// Levels of a pixel of a JPEG. ImageSharp repeats the colour of 2×2 pixels (4:2:0) where libjpeg interpolates it: libjpeg itself, told
    /// to repeat (<c>djpeg -nosmooth -dct float</c>), is up to 39 levels from its own default on the golden photographs, in the mean 1.2.
    /// Files that keep the colour of every pixel (4:4:4) stay within 3.
    /// </summary>
    public const int JpegLevels = 48;

    /// <summary>Whether colour profiles, and ink without one, are turned into what a screen shows.</summary>
    public const bool InterpretsColour = false;

    /// <summary>UTF-16 units of a text without end that the tokenizer need not take long for; the engine itself lets through a thousand.</summary>
    public const int EndlessText = 20_000;

    /// <summary>Copies of the pixels that decoding holds over libvips' own number: RGBA beside RGB, and once more where a picture is turned.</summary>
    public const int MoreCopies = 2;

    public const double JpegMeanLevels = 2;
}
