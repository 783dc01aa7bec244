namespace DiffusionClassifier.Service.Options;

/// <summary>Limits of one image file, and what follows from them for bodies.</summary>
internal sealed record ApiLimits(long MaxImageBytes, long MaxPixels)
{
    /// <summary>
    /// Bytes of all text fields of a body together: 10,000 labels of 100 bytes with several prompts each, with room to spare.
    /// </summary>
    public const int MaxTextBytes = 8 << 20;

    /// <summary>Text fields and files of a form besides its labels: far more than there are.</summary>
    public const int FieldsBesideLabels = 100;

    /// <summary>Images of the largest size that one body may hold: Winoground's pairs. More images share that room.</summary>
    public const int LargestImages = 2;

    /// <summary>The longest body with the given number of images of the largest size. Base64 takes four bytes for three.</summary>
    public long MaxBody(int images) => Math.Min(images * (MaxImageBytes / 3 * 4) + MaxTextBytes, Array.MaxLength - 1);
}
