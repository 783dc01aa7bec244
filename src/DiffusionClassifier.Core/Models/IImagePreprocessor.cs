using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Core.Models;

/// <summary>Image files to pixels. Thread-safe: called on request threads, never on a device's thread.</summary>
public interface IImagePreprocessor
{
    /// <summary>Reads only the header and checks it: allowed format, size above zero, pixel count within the limit.</summary>
    /// <exception cref="ClassificationException">
    /// <see cref="ClassificationError.MissingImage"/>, <see cref="ClassificationError.UnsupportedImageFormat"/>,
    /// <see cref="ClassificationError.InvalidImage"/> or <see cref="ClassificationError.ImageTooLarge"/>.
    /// </exception>
    ImageHeader ReadHeader(ReadOnlyMemory<byte> file);

    /// <summary>Decodes, orients, converts, crops and scales.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="header">What <see cref="ReadHeader"/> returned for them; it is not read or checked again.</param>
    /// <param name="mode">How orientation, profile, alpha and 16-bit samples are treated.</param>
    /// <param name="preprocessing">What the model wants to see.</param>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.InvalidImage"/>.</exception>
    PixelImage Load(ReadOnlyMemory<byte> file, ImageHeader header, ImageMode mode, ImagePreprocessing preprocessing);

    /// <summary>Draws a map over an image: grey, with red where the values are above zero and blue where they are below.</summary>
    /// <param name="image">The image as the model saw it.</param>
    /// <param name="map">Width·height values, row by row.</param>
    /// <param name="width">Columns of the map.</param>
    /// <param name="height">Rows of the map.</param>
    /// <returns>A PNG.</returns>
    byte[] Overlay(PixelImage image, ReadOnlySpan<float> map, int width, int height);
}
