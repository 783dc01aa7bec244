namespace DiffusionClassifier.Core.Models;

/// <summary>What a model wants its pixels to look like.</summary>
/// <param name="Size">Width and height of the square, in pixels (at least 1).</param>
/// <param name="Crop">How the square is cut out.</param>
/// <param name="Filter">The kernel of the <see cref="ImageCrop.Sd"/> resize; <see cref="ImageCrop.Dit"/> has its own.</param>
public sealed record ImagePreprocessing(int Size, ImageCrop Crop = ImageCrop.Sd, ResizeFilter Filter = ResizeFilter.Bicubic);
