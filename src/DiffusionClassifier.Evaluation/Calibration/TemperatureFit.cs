using DiffusionClassifier.Core.Scoring.Calibration;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>
/// Temperature scaling (Guo et al. 2017, section 4.2) of p = softmax(−β·meanError): the β with the smallest negative log likelihood of
/// the true labels, all classes equally likely beforehand. Stateless.
/// </summary>
/// <remarks>
/// −log p = β·E_y + log Σ_c exp(−β·E_c) has the slope E_y − E_p[E] and the curvature Var_p[E] ≥ 0: it is convex, and its slope
/// rises from E_y − mean E at β = 0 to E_y − min E at infinity. So there is one minimum where the first sum is below 0 and the second
/// above.
/// </remarks>
internal static class TemperatureFit
{
    private const double Tolerance = 1e-12; // of β, relative: far below its standard error, far above rounding
    private const int MaxSteps = 200; // Newton takes ten; bisection alone, its fallback, about fifty

    /// <exception cref="CalibrationException">No β above 0 and below infinity is best.</exception>
    public static FittedBeta Fit(LabelledErrors data)
    {
        ArgumentNullException.ThrowIfNull(data);
        RequireMinimum(data);
        double low = 0, high = Bracket(data), beta = high / 2;
        for (int step = 0; step < MaxSteps; step++)
        {
            (double slope, double curvature, _) = Derivatives(data, beta);
            if (slope < 0)
                low = beta;
            else
                high = beta;
            double newton = beta - slope / curvature, last = beta;
            beta = newton > low && newton < high ? newton : (low + high) / 2;
            if (Math.Abs(beta - last) <= Tolerance * beta)
                break;
        }

        return Describe(data, beta);
    }

    /// <summary>A β with its standard error on this data, whether or not it is the best.</summary>
    internal static FittedBeta Describe(LabelledErrors data, double beta)
    {
        (_, double curvature, double squares) = Derivatives(data, beta);
        return new FittedBeta(beta, Math.Sqrt(squares) / curvature);
    }

    private static void RequireMinimum(LabelledErrors data)
    {
        if (Derivatives(data, beta: 0).Slope >= 0)
        {
            throw new CalibrationException(
                "The errors do not prefer the true labels even on average, so no posterior fits them: "
                    + "check that labels and classes are in the same order.");
        }

        if (Enumerable.Range(0, data.Count).All(image => data.Errors(image)[data.Label(image)] <= Min(data.Errors(image))))
        {
            throw new CalibrationException(
                $"All {data.Count:N0} images are classified correctly, so the sharper the posterior, the better, without limit: "
                    + "calibrate on more images, or on harder ones.");
        }
    }

    // The minimum lies below the first power of two, in units of one over the mean spread of an image's errors, at which the slope is
    // upward.
    private static double Bracket(LabelledErrors data)
    {
        double spread = Enumerable.Range(0, data.Count).Average(image => Max(data.Errors(image)) - Min(data.Errors(image)));
        double high = 1 / spread;
        while (Derivatives(data, high).Slope < 0)
            high *= 2;
        return high;
    }

    /// <summary>Sums over the images of each one's slope, curvature and squared slope.</summary>
    private static (double Slope, double Curvature, double Squares) Derivatives(LabelledErrors data, double beta)
    {
        double slopes = 0, curvatures = 0, squares = 0;
        for (int image = 0; image < data.Count; image++)
        {
            ReadOnlySpan<double> errors = data.Errors(image);
            double min = Min(errors), sum = 0, mean = 0, square = 0;
            foreach (double error in errors)
            {
                double above = error - min, weight = Math.Exp(-beta * above);
                sum += weight;
                mean += weight * above;
                square += weight * above * above;
            }

            double slope = errors[data.Label(image)] - min - mean / sum;
            slopes += slope;
            curvatures += square / sum - mean / sum * (mean / sum);
            squares += slope * slope;
        }

        return (slopes, curvatures, squares);
    }

    private static double Min(ReadOnlySpan<double> values) => System.Numerics.Tensors.TensorPrimitives.Min(values);

    private static double Max(ReadOnlySpan<double> values) => System.Numerics.Tensors.TensorPrimitives.Max(values);
}
