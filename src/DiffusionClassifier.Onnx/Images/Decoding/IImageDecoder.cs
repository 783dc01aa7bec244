using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>
/// The seam to an image library: file bytes to RGB pixels. Thread-safe. Limits, cropping and scaling are not its business
/// (<see cref="ImagePreprocessor"/>), so another library has these two methods to implement.
/// </summary>
public interface IImageDecoder
{
    /// <summary>Reads format and size from the header; no pixel is decoded, whatever size the header claims.</summary>
    /// <param name="file">The file's bytes; the format is recognised from them alone.</param>
    /// <exception cref="ClassificationException">
    /// <see cref="ClassificationError.UnsupportedImageFormat"/>, or <see cref="ClassificationError.InvalidImage"/> where the header is damaged.
    /// </exception>
    ImageHeader ReadHeader(ReadOnlyMemory<byte> file);

    /// <summary>Decodes all pixels of the (first) image. The caller has checked the header against its limits.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="mode">How orientation, profile, alpha and 16-bit samples are treated.</param>
    /// <exception cref="ClassificationException">
    /// <see cref="ClassificationError.UnsupportedImageFormat"/>, or <see cref="ClassificationError.InvalidImage"/> where the file is truncated or damaged.
    /// </exception>
    RgbImage Decode(ReadOnlyMemory<byte> file, ImageMode mode);
}
