namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>How many of n things are so, and how far that can be trusted.</summary>
/// <param name="Hits">How many are.</param>
/// <param name="Count">n.</param>
internal readonly record struct Proportion(int Hits, int Count)
{
    private const double Z = 1.959964; // of a normal distribution, 95% lies within as many standard deviations

    /// <summary>0 to 1; 0 of nothing.</summary>
    public double Value => Count == 0 ? 0 : (double)Hits / Count;

    /// <summary>√(p(1−p)/n), the standard error of a binomial share; 0 of nothing.</summary>
    public double StandardError => Count == 0 ? 0 : Math.Sqrt(Value * (1 - Value) / Count);

    /// <summary>
    /// Wilson's interval of 95% (J. Am. Stat. Assoc. 22, 1927): unlike ± one standard error it stays within 0 and 1, and is right for few
    /// things and for shares near the ends, where 4 of 4 is not 100 ± 0%.
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
