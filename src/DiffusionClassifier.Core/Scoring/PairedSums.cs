namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// Evidence by standard errors: an arm is worse if its mean difference exceeds so many of them. Each difference is taken relative to the
/// first one, so that large errors do not cause cancellation.
/// </summary>
/// <param name="arms">K.</param>
/// <param name="first">The first base.</param>
internal sealed class PairedSums(int arms, int first) : PairedEvidence(first)
{
    private const double Rounding = 1e-12; // of an error: a smaller spread comes from the arithmetic
    private const int Chunk = 128; // trials at a time, on the stack

    private readonly double[] _first = new double[arms], _sums = new double[arms], _squares = new double[arms], _least = new double[arms];

    public override double Mean(int arm) => _first[arm] + _sums[arm] / Count;

    /// <inheritdoc/>
    /// <remarks>Differences that do not vary are no evidence: ties are never worse.</remarks>
    public override bool IsWorse(int arm, double handicap, double limit)
    {
        double standardError = StandardError(arm);
        return standardError > 0 && handicap + Mean(arm) > limit * standardError;
    }

    /// <summary>Its standard error s/√n, without finite-population correction; 0 if nothing varies, NaN for a single trial.</summary>
    public double StandardError(int arm)
    {
        double squares = _squares[arm] - _sums[arm] * _sums[arm] / Count;
        double deviation = Math.Sqrt(Math.Max(0, squares) / (Count - 1));
        return deviation <= _least[arm] ? 0 : deviation / Math.Sqrt(Count);
    }

    protected override void Add(LabelScores scores, int arm, int count)
    {
        if (Count == 0)
            Begin(arm, scores.Error(arm, 0), scores.Error(Base, 0));
        Span<double> own = stackalloc double[Chunk], others = stackalloc double[Chunk];
        for (int begin = Count; begin < count; begin += Chunk)
        {
            int length = Math.Min(Chunk, count - begin);
            Add(arm, scores.ErrorsOf(arm, begin, own[..length]), scores.ErrorsOf(Base, begin, others[..length]));
        }
    }

    // One after the other, not in vectors: the same sum on every CPU.
    private void Add(int arm, ReadOnlySpan<double> errors, ReadOnlySpan<double> baseErrors)
    {
        double first = _first[arm], sum = _sums[arm], squares = _squares[arm];
        for (int i = 0; i < errors.Length && i < baseErrors.Length; i++)
        {
            double difference = errors[i] - baseErrors[i] - first;
            sum += difference;
            squares += difference * difference;
        }

        (_sums[arm], _squares[arm]) = (sum, squares);
    }

    private void Begin(int arm, double error, double baseError)
    {
        (_first[arm], _sums[arm], _squares[arm]) = (error - baseError, 0, 0);
        _least[arm] = Rounding * Math.Max(Math.Abs(error), Math.Abs(baseError));
    }
}
