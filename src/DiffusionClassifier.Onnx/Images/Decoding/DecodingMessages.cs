using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>What all image libraries say in the same words.</summary>
internal static class DecodingMessages
{
    public const string ProfileNotUsed = "The embedded colour profile could not be used: the colours were taken as they are.";

    public static string OnlyFirstFrame(int frames) => $"The image is an animation of {frames} frames: only the first was used.";

    public static string OnlyFirstPicture(int pictures) => $"The file holds {pictures} images: only the first was used.";

    /// <summary>What to say of a file that has more than the picture that is used; null: it has no more.</summary>
    /// <param name="format">One of <see cref="ImageFormats"/>.</param>
    /// <param name="file">The file's bytes.</param>
    /// <param name="webPFrames">Of a WebP, which libraries tell.</param>
    public static string? Several(string format, ReadOnlySpan<byte> file, int webPFrames)
    {
        if (format == ImageFormats.Jpeg)
            return MultiPictureJpeg.Pictures(file) is > 1 and var pictures ? OnlyFirstPicture(pictures) : null;
        int frames = format == ImageFormats.Png ? AnimatedPng.Frames(file) : webPFrames;
        return frames > 1 ? OnlyFirstFrame(frames) : null;
    }

    /// <param name="format">One of <see cref="ImageFormats"/>.</param>
    /// <param name="cause">The library's own error, for the log and not for the sender.</param>
    public static ClassificationException Damaged(string format, Exception? cause) => new(
        ClassificationError.InvalidImage,
        $"The {(format == ImageFormats.WebP ? "WebP" : format.ToUpperInvariant())} file is damaged or incomplete: it cannot be decoded.",
        cause);
}
