namespace DiffusionClassifier.Onnx.Images;

/// <summary>The image library of this build. Each set of engines has its own file of this name.</summary>
public static class ImageEngine
{
    /// <summary>A decoder on ImageSharp; make one and share it.</summary>
    public static IImageDecoder CreateDecoder() => new Nuget.ImageSharpDecoder();
}
