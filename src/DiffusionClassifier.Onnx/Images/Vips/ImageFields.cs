using NetVips;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>Reads an image's metadata.</summary>
internal static class ImageFields
{
    /// <summary>An integer of the metadata, null if it is absent or something else.</summary>
    public static int? FindInt(this Image image, string name) => image.Contains(name) && image.Get(name) is int value ? value : null;
}
