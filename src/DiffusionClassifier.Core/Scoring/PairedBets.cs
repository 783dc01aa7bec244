namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// Evidence by betting: a capital of 1 is bet, trial by trial, on an arm being worse than the base, at odds that are fair at best if over
/// all N trials it is not. However long one watches, such a capital reaches 1/α with a probability of at most α (Ville), with no
/// approximation: the test of Waudby-Smith and Ramdas, Confidence sequences for sampling without replacement (NeurIPS 2020).
/// </summary>
/// <remarks>
/// <para>
/// With S the sum of the t differences seen, and g what the mean over all N must exceed, what is left has a mean of at most
/// m = (N·g − S)/(N − t) if the arm is not worse; the capital is multiplied by 1 + λ·(d − m). λ is fixed before d is seen:
/// (μ − m)/(s² + (μ − m)²) of the mean μ and variance s² so far (their "aGRAPA"), at least 0.
/// </para>
/// <para>
/// A capital must not become negative, so how low a difference can be must be known beforehand. Here it is supposed that none is
/// <see cref="Reserve"/> times as large as the largest seen so far, and λ stakes half of what that would cost. This is all that the
/// guarantee supposes of the errors.
/// </para>
/// </remarks>
/// <param name="arms">K.</param>
/// <param name="first">The first base.</param>
/// <param name="trials">N.</param>
/// <param name="handicaps">What each arm's prior adds to its mean error.</param>
internal sealed class PairedBets(int arms, int first, int trials, IReadOnlyList<double> handicaps) : PairedEvidence(first)
{
    private const double Reserve = 2, Stake = 0.5;
    private const int Watched = 4; // trials before the first bet: fewer say nothing of the spread
    private const double Rounding = 1e-12; // of an error: a smaller difference, or spread, comes from the arithmetic

    // Sums of differences relative to the first one, so that large errors do not cause cancellation.
    private readonly double[] _first = new double[arms], _sums = new double[arms], _squares = new double[arms];
    private readonly double[] _largest = new double[arms], _least = new double[arms];
    private readonly double[] _capital = new double[arms], _most = new double[arms]; // logarithms

    public override double Mean(int arm) => _first[arm] + _sums[arm] / Count;

    /// <inheritdoc/>
    /// <param name="arm">The arm.</param>
    /// <param name="handicap">As of the constructor.</param>
    /// <param name="limit">log 1/α.</param>
    public override bool IsWorse(int arm, double handicap, double limit) => double.IsPositiveInfinity(handicap) || _most[arm] >= limit;

    protected override void Add(LabelScores scores, int arm, int count)
    {
        if (Count == 0)
            (_sums[arm], _squares[arm], _largest[arm], _least[arm], _capital[arm], _most[arm]) = (0, 0, 0, 0, 0, 0);
        double bar = handicaps[Base] - handicaps[arm];
        for (int trial = Count; trial < count; trial++)
        {
            double error = scores.Error(arm, trial), difference = error - scores.Error(Base, trial);
            _least[arm] = Math.Max(_least[arm], Rounding * Math.Abs(error));
            if (Math.Abs(difference) <= _least[arm])
                difference = 0;
            if (trial == 0)
                _first[arm] = difference;
            if (trial >= Watched)
                Bet(arm, trial, difference, bar);
            double relative = difference - _first[arm];
            _sums[arm] += relative;
            _squares[arm] += relative * relative;
            _largest[arm] = Math.Max(_largest[arm], Math.Abs(difference));
        }
    }

    private void Bet(int arm, int seen, double difference, double bar)
    {
        double relative = _sums[arm] / seen, mean = _first[arm] + relative;
        double variance = Math.Max(0, _squares[arm] / seen - relative * relative) * seen / (seen - 1);
        double left = (trials * bar - seen * mean) / (trials - seen), edge = mean - left, cost = Reserve * _largest[arm] + left;
        if (!(edge > 0) || Math.Sqrt(variance) <= _least[arm]) // differences that do not vary are no evidence
            return;
        if (cost <= 0) // not even the lowest of differences could make up for what was seen
        {
            _most[arm] = double.PositiveInfinity;
            return;
        }

        double stake = Math.Min(edge / (variance + edge * edge), Stake / cost), factor = 1 + stake * (difference - left);
        _capital[arm] = factor > 0 ? _capital[arm] + Math.Log(factor) : double.NegativeInfinity;
        _most[arm] = Math.Max(_most[arm], _capital[arm]);
    }
}
