namespace DiffusionClassifier.Core.Models;

/// <summary>
/// A preprocessed picture: <paramref name="Values"/> is [3, Size, Size] (RGB planes), each value (u8/255 − 0.5)/0.5 in [−1, 1].
/// </summary>
/// <param name="Values">3·Size·Size floats.</param>
/// <param name="Size">Width and height in pixels.</param>
/// <param name="Warnings">What the caller should know about how the file was read, as sentences.</param>
public sealed record PixelImage(float[] Values, int Size, IReadOnlyList<string> Warnings)
{
    /// <summary>A smooth picture: any model has seen something like it, and no file is needed.</summary>
    public static PixelImage Gradient(int size)
    {
        var values = new float[3 * size * size];
        for (int i = 0; i < values.Length; i++)
            values[i] = 2f * (i % size + i / size % size) / (2 * size) - 1;
        return new PixelImage(values, size, []);
    }
}
