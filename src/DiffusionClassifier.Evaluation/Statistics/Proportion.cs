namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>How many of n things are so, and how far that can be trusted.</summary>
/// <param name="Hits">How many are.</param>
/// <param name="Count">n.</param>
internal readonly record struct Proportion(int Hits, int Count)
{
    /// <summary>0 to 1; 0 of nothing.</summary>
    public double Value => Count == 0 ? 0 : (double)Hits / Count;

    /// <summary>√(p(1−p)/n), the standard error of a binomial share; 0 of nothing.</summary>
    public double StandardError => Count == 0 ? 0 : Math.Sqrt(Value * (1 - Value) / Count);

    public static Proportion Of<T>(IReadOnlyCollection<T> things, Func<T, bool> isSo) => new(things.Count(isSo), things.Count);
}
