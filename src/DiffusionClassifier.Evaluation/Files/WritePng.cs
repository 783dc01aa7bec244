namespace DiffusionClassifier.Evaluation.Files;

/// <summary>
/// Makes a file of pixels, so that pictures from records go the way of every other picture: the same checks, crop and scaling, and nothing
/// lost.
/// </summary>
/// <param name="width">At least 1.</param>
/// <param name="height">At least 1.</param>
/// <param name="rgb">[height, width, 3] bytes.</param>
public delegate byte[] WritePng(int width, int height, ReadOnlySpan<byte> rgb);
