namespace DiffusionClassifier.Core.Scoring;

/// <summary>Makes what decides which arms go on, for each <see cref="Strategy"/>. Stateless.</summary>
public static class Eliminations
{
    private const int FirstLook = 16; // fewer trials say little of a variance
    private const double LookGrowth = 1.3;
    private const int FastFirstLook = 8;
    private const double FastThreshold = 2.5;
    private const int PruningFirstLook = 20, PruningLookEvery = 4;
    private const double PruningLevel = 2e-3;

    /// <param name="strategy">How rows are chosen.</param>
    /// <param name="trials">N, at least 1.</param>
    /// <param name="handicaps">For each of the K arms what its prior adds to its mean error (<see cref="Posterior.Handicaps"/>); zeros: no priors.</param>
    /// <param name="delta">δ of <see cref="Strategy.Race"/>, above 0 and below 1.</param>
    /// <param name="topK">How many arms are wanted, 1…K.</param>
    /// <param name="stages">The plan of <see cref="Strategy.Staged"/>, which needs one.</param>
    /// <returns>For one job alone: it keeps state.</returns>
    public static IElimination Create(Strategy strategy, int trials, IReadOnlyList<double> handicaps, double delta = 0.05, int topK = 1, StagedPlan? stages = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentNullException.ThrowIfNull(handicaps);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(topK, handicaps.Count);
        return strategy switch
        {
            Strategy.Fixed => new FixedTrials(trials),
            Strategy.Staged => new StagedElimination(stages ?? throw new ArgumentNullException(nameof(stages)), handicaps),
            Strategy.Race => new Race(RaceLooks(trials, handicaps.Count, delta, topK), trials, handicaps, topK),
            Strategy.Fast => new Race([.. Looks(FastFirstLook, n => n + 1, trials).Select(n => new RaceLook(n, FastThreshold))], trials, handicaps, topK),
            Strategy.ClarkJaini => new Race(
                [.. Looks(PruningFirstLook, n => n + PruningLookEvery, trials).Select(n => new RaceLook(n, StudentT.UpperQuantile(PruningLevel / 2, n - 1)))], trials, handicaps, topK),
            _ => throw new ArgumentOutOfRangeException(nameof(strategy)),
        };
    }

    private static RaceLook[] RaceLooks(int trials, int arms, double delta, int topK)
    {
        int[] looks = [.. Looks(FirstLook, n => (int)Math.Ceiling(n * LookGrowth), trials)];
        double level = Math.Min(0.5, delta / (Math.Max(1, (double)topK * (arms - topK)) * looks.Length));
        return [.. looks.Select(n => new RaceLook(n, StudentT.UpperQuantile(level, n - 1) * Math.Sqrt(1 - (double)n / trials)))];
    }

    private static IEnumerable<int> Looks(int first, Func<int, int> next, int trials)
    {
        for (int n = first; n < trials; n = next(n))
            yield return n;
    }
}
