using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Explanations;

namespace DiffusionClassifier.Evaluation.Tests.Explanations;

public sealed class ChangedImageTests
{
    private const int Size = 8, Plane = Size * Size;

    private static readonly int[] BrightFirst = [27, .. Enumerable.Range(0, Plane).Where(pixel => pixel != 27)];

    // Red and green are dark but for one pixel; blue is 0.5 everywhere.
    private static readonly float[] Image =
        [.. Enumerable.Range(0, 3 * Plane).Select(i => i / Plane == 2 ? 0.5f : i % Plane == 27 ? 1f : -1f)];

    private readonly ChangedImage _changed = new(new PixelImage(Image, Size, []));

    [Fact]
    public void Deletion_gives_the_first_pixels_the_mean_color_of_the_image()
    {
        float[] without = _changed.WithoutFirst(BrightFirst, 1);

        Assert.Equal([27, 27 + Plane], Enumerable.Range(0, Image.Length).Where(i => without[i] != Image[i]));
        Assert.Equal(-1 + 2f / Plane, without[27], 5);
        Assert.Equal(Image, _changed.WithoutFirst(BrightFirst, 0));
        Assert.Single(_changed.WithoutFirst(BrightFirst, Plane)[..Plane].Distinct());
    }

    [Fact]
    public void Insertion_puts_the_first_pixels_onto_the_blurred_image()
    {
        float[] blurred = _changed.WithFirst(BrightFirst, 0), first = _changed.WithFirst(BrightFirst, 1);

        Assert.InRange(blurred[27], -0.95f, 0);
        Assert.Equal(0.5f, blurred[2 * Plane], 5);
        Assert.Equal([27, 27 + Plane], Enumerable.Range(0, 2 * Plane).Where(i => first[i] != blurred[i]));
        Assert.Equal(1, first[27]);
        Assert.Equal(Image, _changed.WithFirst(BrightFirst, Plane));
    }
}
