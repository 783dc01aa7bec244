namespace DiffusionClassifier.Core.Scoring;

/// <summary>A weight for every timestep: linear between knots, constant before the first and after the last. Immutable.</summary>
public sealed class TimestepWeights
{
    private readonly int[] _timesteps;
    private readonly double[] _weights;

    /// <param name="timesteps">The knots, ascending; at least one.</param>
    /// <param name="weights">The weight at each: finite, at least 0, not all 0.</param>
    /// <exception cref="ArgumentException">The two are invalid; the message says what they must be.</exception>
    public TimestepWeights(IEnumerable<int> timesteps, IEnumerable<double> weights)
    {
        (_timesteps, _weights) = ([.. timesteps], [.. weights]);
        if (_timesteps.Length == 0 || _timesteps.Length != _weights.Length)
        {
            throw new ArgumentException("must have as many weights as timesteps, and at least one; "
                + $"it has {_timesteps.Length} timesteps and {_weights.Length} weights.");
        }

        if (_timesteps.Zip(_timesteps.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException("must have its timesteps in ascending order.");
        if (!Finite.All<double>(_weights) || _weights.Any(weight => weight < 0) || !_weights.Any(weight => weight > 0))
            throw new ArgumentException("must have weights of at least 0, not all 0.");
    }

    public IReadOnlyList<int> Timesteps => _timesteps;

    public IReadOnlyList<double> Weights => _weights;

    /// <summary>The weight of a timestep.</summary>
    public double At(int timestep)
    {
        (int knot, double share) = Locate(_timesteps, timestep);
        return share == 0 ? _weights[knot] : _weights[knot] * (1 - share) + _weights[knot + 1] * share;
    }

    /// <summary>
    /// Where a timestep lies among the knots: between <c>Knot</c> and the next one, of which it has <c>Share</c> (0: at the knot itself).
    /// </summary>
    /// <param name="knots">Ascending; at least one.</param>
    /// <param name="timestep">Any.</param>
    public static (int Knot, double Share) Locate(int[] knots, int timestep)
    {
        ArgumentNullException.ThrowIfNull(knots);
        int index = Array.BinarySearch(knots, timestep);
        if (index >= 0)
            return (index, 0);
        int next = ~index;
        if (next == 0)
            return (0, 0);
        return next == knots.Length ? (next - 1, 0) : (next - 1, (double)(timestep - knots[next - 1]) / (knots[next] - knots[next - 1]));
    }
}
