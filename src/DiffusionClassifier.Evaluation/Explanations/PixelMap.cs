using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Explanations;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Evaluation.Explanations;

/// <summary>How important each place of an image is; the larger, the more. Immutable.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Values">Width·height values, row by row.</param>
internal sealed record PixelMap(int Width, int Height, IReadOnlyList<float> Values)
{
    /// <summary>What a map is worth that says nothing: as smooth as an explanation, so that only its places differ.</summary>
    public static PixelMap Random(int width, int height, ulong seed)
    {
        float[] values = [.. Enumerable.Range(0, width * height).Select(rank => (float)rank)];
        SeededOrder.Shuffle(values, seed, RandomPurpose.RandomMap);
        return new PixelMap(width, height, SmoothMap.Of(values, width, height));
    }

    /// <summary>Falls off with the distance from the middle: what a map is worth that knows only how people take pictures.</summary>
    public static PixelMap Center(int width, int height) => new(width, height,
        [.. Enumerable.Range(0, width * height).Select(place => -(float)double.Hypot(
            (place % width + 0.5) / width - 0.5, (place / width + 0.5) / height - 0.5))]);

    /// <summary>The place with the largest value, in shares of the sides from the upper left corner; of equal ones the first.</summary>
    public (double X, double Y) Peak
    {
        get
        {
            int best = Enumerable.Range(0, Values.Count).MaxBy(place => Values[place]);
            return ((best % Width + 0.5) / Width, (best / Width + 0.5) / Height);
        }
    }

    /// <summary>
    /// The pixels of a square, most important first: the map is scaled to it bilinearly, equal pixels stay in their order.
    /// </summary>
    /// <param name="size">The square's side in pixels.</param>
    public int[] Order(int size)
    {
        float[] scaled = [.. Enumerable.Range(0, size * size).Select(pixel => At(
            (pixel % size + 0.5) / size * Width - 0.5, (pixel / size + 0.5) / size * Height - 0.5))];
        return [.. Enumerable.Range(0, size * size).OrderByDescending(pixel => scaled[pixel])];
    }

    // Between the middles of places; beyond the outermost, their value.
    private float At(double x, double y)
    {
        (x, y) = (Math.Clamp(x, 0, Width - 1), Math.Clamp(y, 0, Height - 1));
        (int left, int top) = ((int)x, (int)y);
        (int right, int bottom) = (Math.Min(left + 1, Width - 1), Math.Min(top + 1, Height - 1));
        float across = (float)(x - left), down = (float)(y - top);
        return float.Lerp(
            float.Lerp(Values[top * Width + left], Values[top * Width + right], across),
            float.Lerp(Values[bottom * Width + left], Values[bottom * Width + right], across),
            down);
    }
}
