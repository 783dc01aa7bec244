using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Evaluation.Explanations;

/// <summary>
/// An image without some of its pixels, as the model sees it: the two games of RISE (Petsiuk, Das and Saenko, BMVC 2018, section 4.2).
/// Immutable.
/// </summary>
internal sealed class ChangedImage
{
    // Of the standard deviation of the blur to the side: RISE's kernel hides what is in an image of 224 pixels; this hides as much in
    // one of 32, where an eighth is four.
    private const double BlurShare = 1.0 / 8;
    private const int BlurReach = 3; // standard deviations, outside which a Gaussian has 0.3% of its weight

    private readonly float[] _image, _mean, _blurred;

    /// <param name="image">The image as the model sees it.</param>
    public ChangedImage(PixelImage image)
    {
        (_image, Size) = (image.Values, image.Size);
        int plane = Size * Size;
        float[] means = [.. _image.Chunk(plane).Select(channel => channel.Average())];
        _mean = [.. Enumerable.Range(0, _image.Length).Select(i => means[i / plane])];
        _blurred = Blurred(Blurred(_image, 1), Size);
    }

    /// <summary>The side in pixels.</summary>
    public int Size { get; }

    /// <summary>The image where the first so many pixels of an order have the image's mean color.</summary>
    public float[] WithoutFirst(int[] order, int count) => Mixed(_image, _mean, order, count);

    /// <summary>The blurred image where the first so many pixels of an order are sharp.</summary>
    public float[] WithFirst(int[] order, int count) => Mixed(_blurred, _image, order, count);

    private float[] Mixed(float[] from, float[] to, int[] order, int count)
    {
        float[] mixed = [.. from];
        int plane = Size * Size;
        foreach (int pixel in order.AsSpan(0, count))
        {
            for (int i = pixel; i < mixed.Length; i += plane)
                mixed[i] = to[i];
        }

        return mixed;
    }

    // Along rows (stride 1) or columns (stride: the size); the edge's pixels go on outside.
    private float[] Blurred(float[] values, int stride)
    {
        double deviation = BlurShare * Size;
        int reach = (int)Math.Ceiling(BlurReach * deviation);
        double[] kernel =
        [
            .. Enumerable.Range(-reach, 2 * reach + 1).Select(offset => Math.Exp(-offset * offset / (2 * deviation * deviation))),
        ];
        double sum = kernel.Sum();
        var blurred = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int place = i / stride % Size, line = i - place * stride;
            double value = 0;
            for (int k = 0; k < kernel.Length; k++)
                value += kernel[k] * values[line + Math.Clamp(place + k - reach, 0, Size - 1) * stride];
            blurred[i] = (float)(value / sum);
        }

        return blurred;
    }
}
