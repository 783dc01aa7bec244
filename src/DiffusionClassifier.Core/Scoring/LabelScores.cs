namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// The errors of one request, label by label and trial by trial, and the statistics on them. Every error is kept at its position in the
/// trial order and summed in that order in double, so a result does not depend on the order in which batches come back.
/// Owned by one <see cref="Scheduling.ClassificationJob"/>, which writes it under the scheduler's lock.
/// </summary>
public sealed class LabelScores
{
    private readonly double[][] _errors;
    private readonly int[] _counts;
    private readonly bool[] _alive;

    /// <param name="labels">K, at least 1.</param>
    /// <param name="trials">N, at least 1.</param>
    public LabelScores(int labels, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        _errors = [.. Enumerable.Range(0, labels).Select(_ => new double[trials])];
        _counts = new int[labels];
        _alive = [.. Enumerable.Repeat(true, labels)];
    }

    /// <summary>K.</summary>
    public int Labels => _errors.Length;

    /// <summary>Whether a label still takes part; eliminated labels cost no more rows.</summary>
    public bool IsAlive(int label) => _alive[label];

    /// <summary>Ends a label's part; its errors so far stay.</summary>
    public void Eliminate(int label) => _alive[label] = false;

    /// <summary>How many errors a label has.</summary>
    public int Count(int label) => _counts[label];

    /// <summary>Stores the error of a label at a position of the trial order. Each (label, position) is recorded once.</summary>
    public void Record(int label, int position, double error)
    {
        _errors[label][position] = error;
        _counts[label]++;
    }

    /// <summary>Mean error of a label over its first <see cref="Count"/> trials, which must be complete. NaN before the first.</summary>
    public double Mean(int label)
    {
        double sum = 0;
        foreach (double error in Errors(label))
            sum += error;
        return sum / _counts[label];
    }

    /// <summary>Paired statistics of <paramref name="label"/> minus <paramref name="other"/> over the trials that both have.</summary>
    public PairedDifference Difference(int label, int other)
    {
        int count = Math.Min(_counts[label], _counts[other]);
        ReadOnlySpan<double> a = Errors(label)[..count], b = Errors(other)[..count];
        double mean = 0;
        for (int i = 0; i < count; i++)
            mean += a[i] - b[i];
        mean /= count;
        double squares = 0; // second pass: no cancellation when the errors are large and the differences small
        for (int i = 0; i < count; i++)
            squares += (a[i] - b[i] - mean) * (a[i] - b[i] - mean);
        double standardError = count < 2 ? double.NaN : Math.Sqrt(squares / (count - 1) / count);
        return new PairedDifference(mean, standardError, count);
    }

    private ReadOnlySpan<double> Errors(int label) => _errors[label].AsSpan(0, _counts[label]);
}
