using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// The bank of N trials of a request in the order in which they run. Timesteps are an even grid over the model's range; the order is a
/// seeded uniform permutation, never ascending, so that every prefix is a fair sample of the whole. Immutable.
/// </summary>
public sealed class TrialPlan
{
    private readonly Trial[] _order;

    /// <summary>A plan that runs the given trials in their order (the reference's stages; tests).</summary>
    internal TrialPlan(IEnumerable<Trial> order)
    {
        _order = [.. order];
        ArgumentOutOfRangeException.ThrowIfZero(_order.Length, nameof(order));
    }

    /// <summary>N.</summary>
    public int Count => _order.Length;

    /// <summary>The number of the first draw of noise after all that it has.</summary>
    public int NextNoise => _order.Max(trial => trial.NoiseIndex) + 1;

    /// <summary>The trial at <paramref name="position"/> (0…N−1) of the running order.</summary>
    public Trial this[int position] => _order[position];

    /// <summary>t_s = floor(from + (to − from)·(s + ½)/N) for s = 0…N−1, in an order drawn from <paramref name="seed"/>.</summary>
    /// <param name="trials">N, at least 1.</param>
    /// <param name="from">First timestep of the range.</param>
    /// <param name="to">End of the range, exclusive, above <paramref name="from"/>.</param>
    /// <param name="seed">Seed of the permutation.</param>
    /// <param name="noiseDraws">How many draws of noise there are: trial s uses draw s mod that. Null: each trial has its own.</param>
    /// <param name="firstDraw">The number of the first draw.</param>
    public static TrialPlan Uniform(int trials, int from, int to, ulong seed, int? noiseDraws = null, int firstDraw = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        ArgumentOutOfRangeException.ThrowIfLessThan(noiseDraws ?? 1, 1, nameof(noiseDraws));
        var order = new Trial[trials];
        for (int s = 0; s < trials; s++)
            order[s] = new Trial(firstDraw + s % (noiseDraws ?? trials), (int)(from + (long)(to - from) * (2L * s + 1) / (2L * trials)));
        SeededOrder.Shuffle(order, seed, RandomPurpose.TrialOrder);
        return new TrialPlan(order);
    }

    /// <summary>This plan's trials where they are, and those of another after them: both are fair samples, and so is the whole.</summary>
    public TrialPlan Then(TrialPlan more)
    {
        ArgumentNullException.ThrowIfNull(more);
        return new TrialPlan([.. _order, .. more._order]);
    }
}
