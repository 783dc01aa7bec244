namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>The bare denoiser's speed at every batch size.</summary>
internal static class Survey
{
    private const int Rounds = 5; // every size is measured at several moments, so that a short disturbance does not decide the result

    /// <returns>Rows per second by batch size: the median of the rounds.</returns>
    public static SortedDictionary<int, double> Run(
        RawDenoiser raw, IReadOnlyList<int> buckets, double seconds, CancellationToken cancellationToken)
    {
        foreach (int bucket in buckets)
            raw.Run(bucket, runs: 1); // the first call of a shape plans its memory
        ILookup<int, double> rates = Enumerable.Range(0, Rounds).SelectMany(_ => buckets)
            .Select(bucket => (bucket, Rate: Rate(raw, bucket, seconds / (Rounds * buckets.Count), cancellationToken)))
            .ToLookup(pair => pair.bucket, pair => pair.Rate);
        return new SortedDictionary<int, double>(rates.ToDictionary(group => group.Key, group => Median.Of(group).Value));
    }

    private static double Rate(RawDenoiser raw, int bucket, double seconds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int runs = 0;
        double elapsed = 0;
        while (elapsed < seconds || runs == 0)
        {
            elapsed += raw.Run(bucket, runs: 1);
            runs++;
        }

        return bucket * runs / elapsed;
    }
}
