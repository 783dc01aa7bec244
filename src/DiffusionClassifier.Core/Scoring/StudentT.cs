namespace DiffusionClassifier.Core.Scoring;

/// <summary>Student's t distribution.</summary>
internal static class StudentT
{
    private const double Precision = 1e-9; // of a quantile
    // With more, t is within half a percent of its limit, on the safe side, and a quantile would cost milliseconds.
    private const int MostDegrees = 2000;

    /// <summary>t with P(T &gt; t) = <paramref name="level"/>.</summary>
    /// <param name="level">Above 0, at most 0.5. Good to six digits from 1e-10 on.</param>
    /// <param name="degrees">Degrees of freedom, at least 1; counted up to 2,000.</param>
    public static double UpperQuantile(double level, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 0.5);
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        degrees = Math.Min(degrees, MostDegrees);
        double low = 0, high = 1;
        while (UpperTail(high, degrees) > level && high < double.MaxValue / 2)
            (low, high) = (high, high * 2);
        while (high - low > Precision * Math.Max(1, high))
        {
            double middle = (low + high) / 2;
            if (UpperTail(middle, degrees) > level)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    /// <summary>
    /// P(T &gt; <paramref name="t"/>) for whole degrees of freedom: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and
    /// 26.7.4.
    /// </summary>
    public static double UpperTail(double t, int degrees)
    {
        double angle = Math.Atan2(t, Math.Sqrt(degrees)), cosine = Math.Cos(angle), sine = Math.Sin(angle);
        bool odd = degrees % 2 == 1;
        double term = odd ? cosine : 1, sum = degrees == 1 ? 0 : term;
        for (int i = odd ? 3 : 2; i <= degrees - 2; i += 2)
        {
            term *= cosine * cosine * (i - 1) / i;
            sum += term;
        }

        double inside = odd ? 2 / Math.PI * (angle + sine * sum) : sine * sum; // P(|T| < t)
        return (1 - inside) / 2;
    }
}
