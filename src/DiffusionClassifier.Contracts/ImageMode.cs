namespace DiffusionClassifier.Contracts;

/// <summary>How the pixels of an image file are interpreted.</summary>
public enum ImageMode
{
    /// <summary>
    /// As a viewer shows the file: EXIF orientation applied, ICC profile converted to sRGB, alpha composed over white, 16-bit scaled.
    /// </summary>
    Default,

    /// <summary>
    /// As the paper's Python code reads it (Pillow's <c>convert("RGB")</c>): no EXIF, no ICC, alpha dropped, 16-bit clipped at 255.
    /// </summary>
    Reference,
}
