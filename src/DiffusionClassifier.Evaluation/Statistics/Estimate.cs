namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>The mean of a sample.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardError">Of it, from the spread of the values; null for one value.</param>
internal readonly record struct Estimate(double Mean, double? StandardError)
{
    /// <returns>Null: there are no values.</returns>
    public static Estimate? Of(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
            return null;
        double mean = values.Average(), squares = values.Sum(value => (value - mean) * (value - mean));
        return new Estimate(mean, values.Count == 1 ? null : Math.Sqrt(squares / (values.Count - 1) / values.Count));
    }
}
