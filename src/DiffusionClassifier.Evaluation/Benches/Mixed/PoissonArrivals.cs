namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>
/// When requests arrive that are independent of each other and of how busy the server is. The same seed gives the same times.
/// </summary>
internal static class PoissonArrivals
{
    /// <param name="perSecond">The average number per second.</param>
    /// <param name="seconds">The length of time.</param>
    /// <param name="seed">Seed of the times.</param>
    /// <returns>Ascending times from 0.</returns>
    public static IEnumerable<TimeSpan> Generate(double perSecond, double seconds, int seed)
    {
        var random = new Random(seed);
        for (double at = Gap(); at < seconds; at += Gap())
            yield return TimeSpan.FromSeconds(at);

        double Gap() => -Math.Log(1 - random.NextDouble()) / perSecond;
    }
}
