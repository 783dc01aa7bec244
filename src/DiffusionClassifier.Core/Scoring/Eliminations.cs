namespace DiffusionClassifier.Core.Scoring;

/// <summary>Makes what decides which arms stay in the race, for each <see cref="Strategy"/>. Stateless.</summary>
/// <remarks>
/// <para>
/// <b>Race.</b> The N trials are a finite population in random order, and the mean over all of it decides, so the question at n trials is
/// what the other N − n can still change: the standard error of a difference is s·√(1/n·(1 − n/N)). The best arm k* can be lost only if it
/// is found worse than some rival j though its mean over all N is not, so the K − 1 comparisons of k* at every look are all that can go
/// wrong; that the leader depends on the data costs nothing. A comparison is tested with Student's t at the level δ/(r·L):
/// </para>
/// <para>
/// L, the looks, count for fewer than they are, because the same trials enter all of them (<see cref="RepeatedLooks"/>). r is the number of
/// rivals still in the race, not K − 1: an arm clearly worse than the best is gone before it could do harm, and what remains are the arms
/// close to the best, of which there are at most r. That is the argument of the model confidence set (Hansen, Lunde and Nason, Econometrica
/// 79, 2011), and like the t-test it holds asymptotically: δ is nominal. Tests hold it to simulated near-ties. With topK = k, an arm of the
/// best k is lost only to one outside of them: k·(K − k) comparisons instead of K − 1.
/// </para>
/// <para>
/// <b>RaceAnytime.</b> The same comparisons, each by a capital that may be watched at every trial (<see cref="PairedBets"/>), at the level
/// δ/(k·(K − k)). No approximation and no number of looks enters; it is supposed only that no difference still to come is twice as large as
/// all before. It needs about three times the rows of a race.
/// </para>
/// <para><b>Fast</b> (3 standard errors from 8 trials on, the same correction) and <b>ClarkJaini</b> (a paired t-test with p &lt; 0.002
/// from 20 trials on) look every four trials with one rule for any number of looks, labels and trials: they give no guarantee.</para>
/// </remarks>
public static class Eliminations
{
    private const int FirstLook = 8; // below, Student's t is so wide that hardly any arm loses
    private const double LookGrowth = 1.15; // more frequent looks save no more rows
    private const int LookUnit = 4; // with two arms left, the rows between two looks still fill a batch of 8
    // Right as often on real errors as 2.5 without the correction for the trials still to come, for fewer rows.
    private const double FastThreshold = 3;
    private const int PruningFirstLook = 20;
    private const double PruningLevel = 2e-3; // two-sided, as a paired t-test is unless one says otherwise

    /// <summary>Whether a strategy guarantees the winner of <see cref="Strategy.Fixed"/> with a stated probability.</summary>
    internal static bool HasDelta(Strategy strategy) => strategy is Strategy.Race or Strategy.RaceAnytime;

    /// <summary>Whether a strategy can end with more than one arm left (topK).</summary>
    internal static bool HasTopK(Strategy strategy) =>
        strategy is Strategy.Race or Strategy.RaceAnytime or Strategy.Fast or Strategy.ClarkJaini;

    /// <param name="strategy">How rows are chosen.</param>
    /// <param name="trials">N, at least 1.</param>
    /// <param name="handicaps">
    /// For each of the K arms what its prior adds to its mean error (<see cref="Posterior.Handicaps"/>); all zero: no priors.
    /// </param>
    /// <param name="delta">δ of <see cref="Strategy.Race"/> and <see cref="Strategy.RaceAnytime"/>: above 0, below 1.</param>
    /// <param name="topK">How many arms are wanted, 1…K; used if <see cref="HasTopK"/>.</param>
    /// <param name="stages">The plan of <see cref="Strategy.Staged"/>, which needs one.</param>
    /// <returns>For one job alone: it keeps state.</returns>
    public static IElimination Create(
        Strategy strategy, int trials, IReadOnlyList<double> handicaps, double delta = 0.05, int topK = 1, StagedPlan? stages = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentNullException.ThrowIfNull(handicaps);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(topK, handicaps.Count);
        return strategy switch
        {
            Strategy.Fixed => new FixedTrials(trials),
            Strategy.Staged => new StagedElimination(stages ?? throw new ArgumentNullException(nameof(stages)), handicaps),
            Strategy.Race => CreateRace(trials, handicaps, delta, topK),
            Strategy.RaceAnytime => CreateAnytimeRace(trials, handicaps, delta, topK),
            Strategy.Fast => new Race(
                EvenLooks(FirstLook, trials), (n, _) => FastThreshold * StillOpen(n, trials), Sums(handicaps), trials, handicaps, topK),
            Strategy.ClarkJaini => new Race(EvenLooks(PruningFirstLook, trials),
                (n, _) => StudentT.UpperQuantile(PruningLevel / 2, n - 1), Sums(handicaps), trials, handicaps, topK),
            _ => throw new ArgumentOutOfRangeException(nameof(strategy)),
        };
    }

    private static Func<int, PairedEvidence> Sums(IReadOnlyList<double> handicaps) => first => new PairedSums(handicaps.Count, first);

    private static Race CreateAnytimeRace(int trials, IReadOnlyList<double> handicaps, double delta, int topK)
    {
        RequireShare(delta);
        double limit = Math.Log(Math.Max(1, (double)topK * (handicaps.Count - topK)) / delta);
        return new Race(EvenLooks(FirstLook, trials), (_, _) => limit, first => new PairedBets(handicaps.Count, first, trials, handicaps),
            trials, handicaps, topK);
    }

    private static void RequireShare(double delta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delta);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(delta, 1);
    }

    private static Race CreateRace(int trials, IReadOnlyList<double> handicaps, double delta, int topK)
    {
        RequireShare(delta);
        int[] looks = GrowingLooks(trials);
        double comparisons = Math.Max(1, (double)topK * (handicaps.Count - topK));
        double independent = RepeatedLooks.Effective(looks, trials, delta / comparisons);
        return new Race(looks, Threshold, Sums(handicaps), trials, handicaps, topK);

        double Threshold(int n, int left) =>
            StudentT.UpperQuantile(Math.Min(0.5, delta / (left * independent)), n - 1) * StillOpen(n, trials);
    }

    // The finite-population correction: the mean of n trials misses that of all N by what the others can still change.
    private static double StillOpen(int n, int trials) => Math.Sqrt(1 - (double)n / trials);

    private static int[] GrowingLooks(int trials)
    {
        List<int> looks = [];
        for (int n = FirstLook; n < trials; n = LookUnit * (int)Math.Ceiling(n * LookGrowth / LookUnit))
            looks.Add(n);
        return [.. looks];
    }

    private static int[] EvenLooks(int first, int trials)
    {
        List<int> looks = [];
        for (int n = first; n < trials; n += LookUnit)
            looks.Add(n);
        return [.. looks];
    }
}
