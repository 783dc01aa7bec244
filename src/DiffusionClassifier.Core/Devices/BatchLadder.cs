namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// The batch sizes of one model on one device, and how long each takes. Owned by the scheduler once it has been measured by a <see
/// cref="BucketSweep"/>, and read and changed under its lock.
/// </summary>
internal sealed class BatchLadder
{
    /// <summary>No batch should take longer if there is a smaller one: this is how long a new request waits for its turn.</summary>
    public const double MaxSeconds = 0.25;

    private const double Smoothing = 0.2; // of a new time in the running mean: five batches

    // Rows per second that a smaller, full batch must gain over a padded one: the rows left over wait for the next.
    private const double WorthASplit = 1.05;
    private const double UnknownSecondsPerRow = 1e-6; // any number above zero, so that all rows of one model count the same

    private readonly List<int> _sizes;
    private readonly List<double> _seconds;

    /// <param name="sizes">Batch sizes, ascending, at least one.</param>
    /// <param name="seconds">The time of each; 0 if it is not known.</param>
    public BatchLadder(IEnumerable<int> sizes, IEnumerable<double> seconds)
    {
        _sizes = [.. sizes];
        _seconds = [.. seconds];
        ArgumentOutOfRangeException.ThrowIfNotEqual(_seconds.Count, _sizes.Count, nameof(seconds));
    }

    /// <summary>Sizes whose times were not measured.</summary>
    public BatchLadder(params IEnumerable<int> sizes)
        : this(sizes, sizes.Select(_ => 0.0))
    {
    }

    public IReadOnlyList<int> Sizes => _sizes;

    /// <summary>The smallest batch, which a ladder keeps whatever was measured, so that it is the same on every device of a kind.</summary>
    public int Smallest => _sizes[0];

    /// <summary>The largest batch.</summary>
    public int Top => _sizes[^1];

    /// <summary>Device seconds of one row while batches are full.</summary>
    public double SecondsPerRow => _seconds[^1] == 0 ? UnknownSecondsPerRow : _seconds[^1] / Top;

    /// <summary>The smallest size that holds a number of rows.</summary>
    public int Bucket(int rows) => _sizes[Index(rows)];

    /// <summary>How long a batch of the size that holds <paramref name="rows"/> takes, in seconds.</summary>
    public double Seconds(int rows) => _seconds[Index(rows)];

    /// <summary>
    /// How many of <paramref name="rows"/> to run now: all of them in a padded batch, or as many as fill the next smaller one if that gives
    /// clearly more rows per second.
    /// </summary>
    public int Fit(int rows)
    {
        int above = Index(rows);
        if (above == 0 || _sizes[above] == rows)
            return rows;
        int below = _sizes[above - 1];
        bool isKnown = _seconds[above - 1] > 0; // else it is not free, but has not run yet
        return isKnown && below * _seconds[above] > WorthASplit * rows * _seconds[above - 1] ? below : rows;
    }

    /// <summary>Learns from a batch.</summary>
    public void Observe(int bucket, double seconds)
    {
        int index = _sizes.IndexOf(bucket);
        if (index >= 0) // not a bucket that has been given up meanwhile
            _seconds[index] = _seconds[index] == 0 ? seconds : _seconds[index] + Smoothing * (seconds - _seconds[index]);
    }

    /// <summary>Gives up a size and those above it, for lack of memory.</summary>
    /// <returns>Whether there is a smaller one.</returns>
    public bool DropFrom(int bucket)
    {
        while (_sizes.Count > 1 && Top >= bucket)
        {
            _sizes.RemoveAt(_sizes.Count - 1);
            _seconds.RemoveAt(_seconds.Count - 1);
        }

        return Top < bucket;
    }

    private int Index(int rows)
    {
        int index = 0;
        while (_sizes[index] < rows)
            index++;
        return index;
    }
}
