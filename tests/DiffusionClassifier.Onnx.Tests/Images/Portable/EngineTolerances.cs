namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>How far this build's image library may be from Pillow. Each set of engines has its own file of this name.</summary>
internal static class EngineTolerances
{
    /// <summary>Levels of a pixel of a JPEG: libvips and Pillow carry different releases of the same decoder.</summary>
    public const int JpegLevels = 3;

    public const double JpegMeanLevels = JpegLevels;
}
