namespace DiffusionClassifier.Core.Models;

/// <summary>What an image file says of itself before a pixel is decoded.</summary>
/// <param name="Format">"jpeg", "png" or "webp".</param>
/// <param name="Width">Stored width in pixels, before any EXIF rotation.</param>
/// <param name="Height">Stored height in pixels.</param>
public sealed record ImageHeader(string Format, int Width, int Height);
