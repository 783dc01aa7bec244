namespace DiffusionClassifier.Evaluation.Files;

/// <summary>
/// Makes an image file from pixels, so that images from records are treated like all others: the same checks, crop and scaling, and nothing
/// lost.
/// </summary>
/// <param name="width">At least 1.</param>
/// <param name="height">At least 1.</param>
/// <param name="rgb">[height, width, 3] bytes.</param>
public delegate byte[] WritePng(int width, int height, ReadOnlySpan<byte> rgb);
