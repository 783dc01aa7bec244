namespace DiffusionClassifier.Core.Models;

/// <summary>What an image file says about itself before any pixel is decoded.</summary>
/// <param name="Format">"jpeg", "png" or "webp".</param>
/// <param name="Width">Stored width in pixels, before any EXIF rotation.</param>
/// <param name="Height">Stored height in pixels.</param>
public sealed record ImageHeader(string Format, int Width, int Height)
{
    /// <summary>About how much memory decoding takes at its peak, rather too high than too low; 0 if not estimated.</summary>
    public long DecodeBytes { get; init; }
}
