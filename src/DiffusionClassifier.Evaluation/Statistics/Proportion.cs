namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>How many of n items have a property, and how far that can be trusted.</summary>
/// <param name="Hits">How many have it.</param>
/// <param name="Count">n.</param>
internal readonly record struct Proportion(int Hits, int Count)
{
    private const double Z = 1.959964; // standard deviations that contain 95% of a normal distribution

    /// <summary>0 to 1; 0 for no items.</summary>
    public double Value => Count == 0 ? 0 : (double)Hits / Count;

    /// <summary>√(p(1−p)/n), the standard error of a binomial share; 0 for no items.</summary>
    public double StandardError => Count == 0 ? 0 : Math.Sqrt(Value * (1 - Value) / Count);

    /// <summary>
    /// Wilson's 95% interval (J. Am. Stat. Assoc. 22, 1927): unlike ± one standard error, it stays within 0 and 1, and holds for few items
    /// and for shares near the ends, where 4 of 4 is not 100 ± 0%.
    /// </summary>
    public Interval Interval
    {
        get
        {
            if (Count == 0)
                return new Interval(0, 1);
            double square = Z * Z / Count, scale = 1 / (1 + square);
            double centre = (Value + square / 2) * scale;
            double half = Z * Math.Sqrt((Value * (1 - Value) + square / 4) / Count) * scale;
            return new Interval(Math.Max(0, centre - half), Math.Min(1, centre + half));
        }
    }

    public static Proportion Of<T>(IReadOnlyCollection<T> things, Func<T, bool> isSo) => new(things.Count(isSo), things.Count);
}
