namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>
/// When requests come that know nothing of each other, nor of how busy the server is. The same seed gives the same times.
/// </summary>
internal static class PoissonArrivals
{
    /// <param name="perSecond">How many come in a second, in the mean.</param>
    /// <param name="seconds">Those of this time.</param>
    /// <param name="seed">Of the times.</param>
    /// <returns>Ascending times from 0.</returns>
    public static IEnumerable<TimeSpan> Generate(double perSecond, double seconds, int seed)
    {
        var random = new Random(seed);
        for (double at = Gap(); at < seconds; at += Gap())
            yield return TimeSpan.FromSeconds(at);

        double Gap() => -Math.Log(1 - random.NextDouble()) / perSecond;
    }
}
