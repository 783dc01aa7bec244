namespace DiffusionClassifier.Core.Models;

/// <summary>Antialiasing kernels, named as Pillow names them.</summary>
public enum ResizeFilter
{
    Bicubic,
    Bilinear,
    Lanczos,
    Box,
}
