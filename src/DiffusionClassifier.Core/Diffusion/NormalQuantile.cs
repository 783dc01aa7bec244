namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// Quantiles of the standard normal distribution, to nine digits: Acklam's rational approximations, one of the middle and one of the tails
/// (P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function", 2003). Stateless.
/// </summary>
internal static class NormalQuantile
{
    private const double Tail = 0.02425; // ibid.: where the two meet

    private static readonly double[] MiddleTop =
    [
        -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
        1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00,
    ];

    private static readonly double[] MiddleBottom =
        [-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1];

    private static readonly double[] TailTop =
    [
        -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
        -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00,
    ];

    private static readonly double[] TailBottom =
        [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1];

    /// <summary>z with P(Z ≤ z) = <paramref name="probability"/>, above 0 and below 1.</summary>
    public static double Lower(double probability)
    {
        if (probability > 0.5)
            return -Lower(1 - probability);
        if (probability < Tail)
        {
            double depth = Math.Sqrt(-2 * Math.Log(probability));
            return Polynomial(TailTop, depth) / Polynomial(TailBottom, depth);
        }

        double centered = probability - 0.5;
        return centered * Polynomial(MiddleTop, centered * centered) / Polynomial(MiddleBottom, centered * centered);
    }

    /// <summary>z with P(Z &gt; z) = <paramref name="probability"/>.</summary>
    public static double Upper(double probability) => -Lower(probability);

    // The highest power first (Horner).
    private static double Polynomial(double[] coefficients, double x)
    {
        double value = 0;
        foreach (double coefficient in coefficients)
            value = value * x + coefficient;
        return value;
    }
}
