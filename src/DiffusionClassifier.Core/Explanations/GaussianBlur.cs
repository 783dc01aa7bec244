namespace DiffusionClassifier.Core.Explanations;

/// <summary>Weighs each place of a plane with its neighbors. Stateless.</summary>
public static class GaussianBlur
{
    private const int Reach = 3; // standard deviations, outside which a Gaussian has 0.3% of its weight

    /// <summary>The plane, blurred; what is at its edge goes on outside.</summary>
    /// <param name="plane">Width·height values, row by row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="deviation">The Gaussian's standard deviation in places, above 0.</param>
    public static float[] Of(IReadOnlyList<float> plane, int width, int height, double deviation)
    {
        ArgumentNullException.ThrowIfNull(plane);
        int reach = (int)Math.Ceiling(Reach * deviation);
        double[] kernel =
        [
            .. Enumerable.Range(-reach, 2 * reach + 1).Select(offset => Math.Exp(-offset * offset / (2 * deviation * deviation))),
        ];
        double sum = kernel.Sum();
        float[] rows = Along(plane, (place, offset) => place / width * width + Math.Clamp(place % width + offset, 0, width - 1));
        return Along(rows, (place, offset) => Math.Clamp(place / width + offset, 0, height - 1) * width + place % width);

        float[] Along(IReadOnlyList<float> from, Func<int, int, int> neighbor) =>
        [
            .. Enumerable.Range(0, from.Count).Select(place =>
            {
                double value = 0;
                for (int k = 0; k < kernel.Length; k++)
                    value += kernel[k] * from[neighbor(place, k - reach)];
                return (float)(value / sum);
            }),
        ];
    }
}
