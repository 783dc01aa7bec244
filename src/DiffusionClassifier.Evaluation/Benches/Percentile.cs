namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>Percentiles by nearest rank: always one of the values.</summary>
internal static class Percentile
{
    /// <param name="values">Infinity stands for what did not finish.</param>
    /// <param name="share">0.99 for the 99th percentile.</param>
    /// <returns>Null if there are no values, or if the percentile is infinite.</returns>
    public static double? Of(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            return null;
        double value = sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
        return double.IsFinite(value) ? value : null;
    }
}
