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
        float[] from = [.. plane], rows = new float[from.Length], blurred = new float[from.Length];
        for (int place = 0; place < from.Length; place++)
            rows[place] = Mean(from, first: place / width * width, step: 1, at: place % width, width);
        for (int place = 0; place < from.Length; place++)
            blurred[place] = Mean(rows, first: place % width, step: width, at: place / width, height);
        return blurred;

        // Along one row or column of so many places.
        float Mean(float[] values, int first, int step, int at, int count)
        {
            double value = 0;
            for (int k = 0; k < kernel.Length; k++)
                value += kernel[k] * values[first + step * Math.Clamp(at + k - reach, 0, count - 1)];
            return (float)(value / sum);
        }
    }
}
