namespace DiffusionClassifier.Contracts;

/// <summary>Antialiasing kernels, named as Pillow names them.</summary>
public enum ResizeFilter
{
    Bicubic,
    Bilinear,
    Lanczos,
    Box,
}
