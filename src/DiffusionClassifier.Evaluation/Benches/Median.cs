namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>A median and how far it can be trusted, assuming no distribution.</summary>
/// <param name="Value">The median.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
internal readonly record struct Median(double Value, double Low, double High)
{
    private const double Tail = 0.025; // on each side: a 95% interval

    /// <summary>
    /// The interval is that of two order statistics: the true median lies below the k-th smallest of n values with the probability that
    /// fewer than k of n coins show heads.
    /// </summary>
    /// <param name="values">At least one. Below six values the interval is their range, and less certain.</param>
    public static Median Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int skipped = Skipped(sorted.Length);
        return new Median((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[skipped], sorted[^(skipped + 1)]);
    }

    // The largest k for which P(heads < k) stays within the tail, counted from zero.
    private static int Skipped(int count)
    {
        double probability = Math.Pow(0.5, count), below = probability;
        int skipped = 0;
        while (below <= Tail)
        {
            skipped++;
            probability *= (double)(count - skipped + 1) / skipped;
            below += probability;
        }

        return Math.Max(0, skipped - 1);
    }
}
