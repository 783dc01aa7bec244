using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>What all image libraries say in the same words.</summary>
internal static class DecodingMessages
{
    public const string ProfileNotUsed = "The embedded colour profile could not be used: the colours were taken as they are.";

    public static string OnlyFirstFrame(int frames) => $"The image is an animation of {frames} frames: only the first was used.";

    /// <param name="format">One of <see cref="ImageFormats"/>.</param>
    /// <param name="cause">The library's own error, for the log and not for the sender.</param>
    public static ClassificationException Damaged(string format, Exception? cause) => new(
        ClassificationError.InvalidImage,
        $"The {(format == ImageFormats.WebP ? "WebP" : format.ToUpperInvariant())} file is damaged or incomplete: it cannot be decoded.",
        cause);
}
