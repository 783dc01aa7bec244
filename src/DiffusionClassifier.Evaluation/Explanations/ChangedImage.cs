using DiffusionClassifier.Core.Explanations;
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

    private readonly float[] _image, _mean, _blurred;

    /// <param name="image">The image as the model sees it.</param>
    public ChangedImage(PixelImage image)
    {
        (_image, Size) = (image.Values, image.Size);
        int plane = Size * Size;
        float[][] channels = [.. _image.Chunk(plane)];
        _mean = [.. channels.SelectMany(channel => Enumerable.Repeat(channel.Average(), plane))];
        _blurred = [.. channels.SelectMany(channel => GaussianBlur.Of(channel, Size, Size, BlurShare * Size))];
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
}
