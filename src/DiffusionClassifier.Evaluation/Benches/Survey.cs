namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>The bare denoiser's speed at every batch size whose calls are short enough for the time there is.</summary>
internal sealed class Survey(RawDenoiser raw, IReadOnlyList<int> buckets, double seconds, CancellationToken cancellationToken)
{
    private const int Rounds = 5; // every size is measured at several moments, so that a short disturbance does not decide the result

    private const double EnoughSeconds = 1; // for one size: not worth leaving it out, however little time there is

    private readonly List<int> _sizes = [];

    /// <summary>The sizes whose calls are too long for the time; known after <see cref="WarmUp"/>.</summary>
    public IReadOnlyList<int> LeftOut => [.. buckets.Skip(_sizes.Count)];

    /// <summary>
    /// Runs every size for the first time. The first one that is so slow that the rounds of it would take more than its share of the time
    /// is the last: larger ones take longer.
    /// </summary>
    /// <returns>Seconds that it took.</returns>
    public double WarmUp()
    {
        double total = 0;
        foreach (int bucket in buckets)
        {
            cancellationToken.ThrowIfCancellationRequested();
            total += raw.Run(bucket, runs: 1);
            double call = raw.Run(bucket, runs: 1);
            total += call;
            if (_sizes.Count > 0 && call * 2 * Rounds > Math.Max(seconds / buckets.Count, EnoughSeconds))
                break;
            _sizes.Add(bucket);
        }

        return total;
    }

    /// <summary>One size after the other, several times.</summary>
    /// <returns>Rows per second by batch size: the median of the rounds.</returns>
    public SortedDictionary<int, double> Alone(double time)
    {
        ILookup<int, double> rates = Enumerable.Range(0, Rounds).SelectMany(_ => _sizes)
            .Select(bucket => (bucket, Rate: Rate(bucket, time / (Rounds * _sizes.Count))))
            .ToLookup(pair => pair.bucket, pair => pair.Rate);
        return new SortedDictionary<int, double>(rates.ToDictionary(group => group.Key, group => Median.Of(group).Value));
    }

    /// <summary>Every call with another size than the one before.</summary>
    /// <returns>Rows per second by batch size.</returns>
    public SortedDictionary<int, double> InTurns(double time)
    {
        var elapsed = _sizes.ToDictionary(bucket => bucket, _ => 0.0);
        int rounds = 0;
        while (rounds == 0 || elapsed.Values.Sum() < time)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (int bucket in _sizes)
                elapsed[bucket] += raw.Run(bucket, runs: 1);
            rounds++;
        }

        return new SortedDictionary<int, double>(elapsed.ToDictionary(pair => pair.Key, pair => pair.Key * rounds / pair.Value));
    }

    private double Rate(int bucket, double time)
    {
        cancellationToken.ThrowIfCancellationRequested();
        raw.Run(bucket, runs: 1); // after another size, which is not what is measured here
        int runs = 0;
        double elapsed = 0;
        while (elapsed < time || runs == 0)
        {
            elapsed += raw.Run(bucket, runs: 1);
            runs++;
        }

        return bucket * runs / elapsed;
    }
}
