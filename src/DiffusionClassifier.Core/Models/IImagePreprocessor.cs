using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Core.Models;

/// <summary>Image files to pixels. Thread-safe: called on request threads, never on a device's thread.</summary>
public interface IImagePreprocessor
{
    /// <summary>Reads the header alone and checks it: allowed format, size above zero, pixel count within the limit.</summary>
    /// <exception cref="ClassificationException">
    /// <see cref="ClassificationError.MissingImage"/>, <see cref="ClassificationError.UnsupportedImageFormat"/>,
    /// <see cref="ClassificationError.InvalidImage"/> or <see cref="ClassificationError.ImageTooLarge"/>.
    /// </exception>
    ImageHeader ReadHeader(ReadOnlyMemory<byte> file);

    /// <summary>Decodes, orients, converts, crops and scales.</summary>
    /// <inheritdoc cref="ReadHeader" path="/exception"/>
    PixelImage Load(ReadOnlyMemory<byte> file, ImageMode mode, ImagePreprocessing preprocessing);
}
