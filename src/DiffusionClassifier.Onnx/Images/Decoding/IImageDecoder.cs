using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>
/// The seam to an image library: file bytes to RGB pixels. Thread-safe. Limits, cropping and scaling are the preprocessor's business, so
/// another library has these two methods to implement.
/// </summary>
public interface IImageDecoder
{
    /// <summary>Reads format and size from the header; no pixel is decoded, whatever size the header claims.</summary>
    /// <param name="file">The file's bytes; the format is recognized from them alone.</param>
    /// <exception cref="ClassificationException">
    /// <see cref="ClassificationError.UnsupportedImageFormat"/>, or <see cref="ClassificationError.InvalidImage"/> where the header is
    /// damaged.
    /// </exception>
    ImageHeader ReadHeader(ReadOnlyMemory<byte> file);

    /// <summary>Decodes all pixels of the (first) image.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="header">
    /// What <see cref="ReadHeader"/> gave of them, checked against limits, with <see cref="ImageHeader.DecodeBytes"/> estimated.
    /// </param>
    /// <param name="mode">How orientation, profile, alpha and 16-bit samples are treated.</param>
    /// <exception cref="ClassificationException">
    /// <see cref="ClassificationError.InvalidImage"/>: the file is truncated or damaged.
    /// </exception>
    RgbImage Decode(ReadOnlyMemory<byte> file, ImageHeader header, ImageMode mode);
}
