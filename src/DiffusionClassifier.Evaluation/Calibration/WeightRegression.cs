namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>
/// Softmax regression of the true labels on the errors at the knots (Clark and Jaini 2023, appendix, with lines instead of buckets):
/// minimizes mean(−log p) + λ·(Σ(φ_k+1 − φ_k)² + ε·Σ(φ_k − 1)²) over φ ≥ 0, p = softmax_c(−β·Σ_k φ_k·x_k,c). Convex. Stateless.
/// </summary>
/// <remarks>
/// λ pulls toward equal weights: at infinity, this is temperature scaling. Solved by Newton's method on the weights that are not held at 0,
/// projected onto φ ≥ 0 (Bertsekas 1982).
/// </remarks>
internal static class WeightRegression
{
    // The share of the pull toward 1 in that toward neighbors: just enough for a minimum if some weights separate the data.
    private const double PullToOne = 0.01;

    private const int MaxSteps = 100; // it takes five to twenty
    private const double Tolerance = 1e-9; // of the objective, in nats
    private const double SufficientDecrease = 1e-4; // Armijo's constant, the textbook value
    private const double ShortestStep = 1e-10;

    /// <param name="data">The errors at the knots.</param>
    /// <param name="beta">β of equal weights: the scale of φ.</param>
    /// <param name="smoothing">λ, above 0.</param>
    /// <returns>φ, one at each knot.</returns>
    public static double[] Fit(KnotErrors data, double beta, double smoothing)
    {
        double[] weights = [.. Enumerable.Repeat(1.0, data.Knots.Count)];
        (double value, double[] gradient, double[,] curvature) = Evaluate(data, beta, smoothing, weights);
        for (int step = 0; step < MaxSteps; step++)
        {
            double[] direction = Direction(weights, gradient, curvature);
            double length = 1, last = value;
            double[] next;
            do
            {
                next = [.. weights.Zip(direction, (weight, d) => Math.Max(0, weight + length * d))];
                value = Value(data, beta, smoothing, next);
                length /= 2;
            }
            while (value > last + SufficientDecrease * Slope(gradient, weights, next) && length > ShortestStep);

            if (!(value < last))
                break;
            weights = next;
            if (last - value < Tolerance)
                break;
            (_, gradient, curvature) = Evaluate(data, beta, smoothing, weights);
        }

        return weights;
    }

    private static double Slope(double[] gradient, double[] from, double[] to) =>
        gradient.Select((slope, k) => slope * (to[k] - from[k])).Sum();

    // −H⁻¹g over the weights that are free; a weight at 0 whose slope is upward stays there.
    private static double[] Direction(double[] weights, double[] gradient, double[,] curvature)
    {
        int[] free = [.. Enumerable.Range(0, weights.Length).Where(k => weights[k] > 0 || gradient[k] < 0)];
        double[] solution = Solve(free, gradient, curvature);
        var direction = new double[weights.Length];
        for (int i = 0; i < free.Length; i++)
            direction[free[i]] = -solution[i];
        return direction;
    }

    // Gaussian elimination; the matrix is positive definite, so it needs no pivots.
    private static double[] Solve(int[] free, double[] gradient, double[,] curvature)
    {
        int n = free.Length;
        var a = new double[n, n];
        double[] x = [.. free.Select(k => gradient[k])];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                a[i, j] = curvature[free[i], free[j]];
        }

        for (int pivot = 0; pivot < n; pivot++)
        {
            for (int row = pivot + 1; row < n; row++)
            {
                double factor = a[row, pivot] / a[pivot, pivot];
                for (int column = pivot; column < n; column++)
                    a[row, column] -= factor * a[pivot, column];
                x[row] -= factor * x[pivot];
            }
        }

        for (int row = n - 1; row >= 0; row--)
        {
            for (int column = row + 1; column < n; column++)
                x[row] -= a[row, column] * x[column];
            x[row] /= a[row, row];
        }

        return x;
    }

    private static double Value(KnotErrors data, double beta, double smoothing, double[] weights) =>
        MeasuredQuality.LogPosteriors(data.Weighted(weights), beta)
            .Select((logs, image) => -logs[data.Label(image)])
            .Average() + smoothing * Penalty(weights);

    private static double Penalty(double[] weights) =>
        weights.Zip(weights.Skip(1), (a, b) => (b - a) * (b - a)).Sum() + PullToOne * weights.Sum(weight => (weight - 1) * (weight - 1));

    private static (double Value, double[] Gradient, double[,] Curvature) Evaluate(
        KnotErrors data, double beta, double smoothing, double[] weights)
    {
        int knots = weights.Length;
        var gradient = new double[knots];
        var curvature = new double[knots, knots];
        IReadOnlyList<double[]> logs = MeasuredQuality.LogPosteriors(data.Weighted(weights), beta);
        for (int image = 0; image < data.Count; image++)
            AddImage(data, image, logs[image], beta / data.Count, beta * beta / data.Count, gradient, curvature);

        for (int k = 0; k < knots; k++)
        {
            AddPull(k, k, PullToOne * smoothing, weights[k] - 1);
            if (k > 0)
                AddPull(k, k, smoothing, weights[k] - weights[k - 1]);
            if (k + 1 < knots)
                AddPull(k, k, smoothing, weights[k] - weights[k + 1]);
            if (k > 0)
                curvature[k, k - 1] -= 2 * smoothing;
            if (k + 1 < knots)
                curvature[k, k + 1] -= 2 * smoothing;
        }

        return (logs.Select((image, i) => -image[data.Label(i)]).Average() + smoothing * Penalty(weights), gradient, curvature);

        void AddPull(int row, int column, double strength, double distance)
        {
            gradient[row] += 2 * strength * distance;
            curvature[row, column] += 2 * strength;
        }
    }

    // Slope β·(x_k,y − E_p[x_k]) and curvature β²·Cov_p(x_k, x_l) of one image's −log p.
    private static void AddImage(
        KnotErrors data, int image, double[] logs, double slopeScale, double curvatureScale, double[] gradient, double[,] curvature)
    {
        ReadOnlySpan<double> values = data.Values(image);
        int classes = data.Classes, knots = gradient.Length;
        Span<double> means = stackalloc double[knots];
        for (int c = 0; c < classes; c++)
        {
            double p = Math.Exp(logs[c]);
            for (int k = 0; k < knots; k++)
                means[k] += p * values[k * classes + c];
        }

        for (int k = 0; k < knots; k++)
            gradient[k] += slopeScale * (values[k * classes + data.Label(image)] - means[k]);
        for (int c = 0; c < classes; c++)
        {
            double p = Math.Exp(logs[c]);
            for (int k = 0; k < knots; k++)
            {
                for (int l = 0; l < knots; l++)
                    curvature[k, l] += curvatureScale * p * (values[k * classes + c] - means[k]) * (values[l * classes + c] - means[l]);
            }
        }
    }
}
