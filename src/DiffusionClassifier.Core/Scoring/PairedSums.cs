namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// The paired differences of all arms to one of them, summed as trials come: a look costs its new trials, and all of them only where the
/// base changes. Each difference is taken from the first one, so that a constant has no variance at all and large errors cancel nothing.
/// </summary>
/// <param name="arms">K.</param>
internal sealed class PairedSums(int arms)
{
    private readonly double[] _first = new double[arms], _sums = new double[arms], _squares = new double[arms];
    private int _count; // trials summed

    /// <summary>The arm that the others are compared with.</summary>
    public int Base { get; private set; }

    /// <summary>Sums the first <paramref name="count"/> trials of all arms still alive, which must be complete, against <paramref name="newBase"/>.</summary>
    public void MoveTo(LabelScores scores, int count, int newBase)
    {
        if (newBase != Base)
            (Base, _count) = (newBase, 0);
        for (int arm = 0; arm < _sums.Length; arm++)
        {
            if (scores.IsAlive(arm))
                Sum(scores, arm, count);
        }

        _count = count;
    }

    /// <summary>Mean of (error − base's error).</summary>
    public double Mean(int arm) => _first[arm] + _sums[arm] / _count;

    /// <summary>Its standard error s/√n, without finite-population correction; 0 where nothing varies, NaN for a single trial.</summary>
    public double StandardError(int arm)
    {
        double squares = _squares[arm] - _sums[arm] * _sums[arm] / _count;
        return Math.Sqrt(Math.Max(0, squares) / (_count - 1) / _count);
    }

    private void Sum(LabelScores scores, int arm, int count)
    {
        if (_count == 0)
            (_first[arm], _sums[arm], _squares[arm]) = (scores.Error(arm, 0) - scores.Error(Base, 0), 0, 0);
        double first = _first[arm], sum = _sums[arm], squares = _squares[arm];
        for (int position = _count; position < count; position++)
        {
            double difference = scores.Error(arm, position) - scores.Error(Base, position) - first;
            sum += difference;
            squares += difference * difference;
        }

        (_sums[arm], _squares[arm]) = (sum, squares);
    }
}
