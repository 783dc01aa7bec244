namespace DiffusionClassifier.Core.Models;

/// <summary>
/// A network that was trained on other images: what it sees in an image, as numbers that a linear classifier can be fitted to. Used by one
/// thread at a time.
/// </summary>
public interface IImageFeatures : IDisposable
{
    /// <summary>What people call it.</summary>
    string Name { get; }

    /// <summary>How many numbers there are for an image.</summary>
    int Length { get; }

    /// <summary>What it wants its pixels to look like.</summary>
    ImagePreprocessing Preprocessing { get; }

    /// <summary>The features of an image, <see cref="Length"/> numbers.</summary>
    float[] Read(PixelImage image);
}
