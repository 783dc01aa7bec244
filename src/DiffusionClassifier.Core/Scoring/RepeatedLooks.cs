using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// What it costs to test the same comparison repeatedly while trials come in. Drawn without replacement, the standardized mean at n of N
/// trials is asymptotically a Brownian bridge: two looks m ≤ n correlate by √(m(N−n)/(n(N−m))). Stateless.
/// </summary>
internal static class RepeatedLooks
{
    private const int Nodes = 64; // of the midpoint rule; the integrands are smooth

    /// <summary>
    /// The divisor for the level of one look, for all looks together: between 1 and their number. An upper bound, from P(any look) ≤
    /// P(first) + Σ P(this look, but not the one before) (Hunter, J. Appl. Probab. 13, 1976), where Bonferroni has Σ P(this look).
    /// </summary>
    /// <param name="looks">Numbers of trials, ascending, each below N. None: 1.</param>
    /// <param name="trials">N.</param>
    /// <param name="level">The level of all looks together, above 0 and below 1; at smaller levels looks have less in common.</param>
    public static double Effective(IReadOnlyList<int> looks, int trials, double level)
    {
        if (looks.Count == 0)
            return 1;
        double bound = NormalQuantile.Upper(Math.Min(0.5, level / looks.Count));
        double sum = Crossing(bound, Math.PI);
        for (int i = 1; i < looks.Count; i++)
        {
            double m = looks[i - 1], n = looks[i];
            sum += Crossing(bound, Math.Acos(Math.Sqrt(m * (trials - n) / (n * (trials - m)))));
        }

        return sum / Crossing(bound, Math.PI);
    }

    // P(X > c, Y ≤ c) of two standard normals with correlation cos(angle), c ≥ 0: ∫₀^angle exp(−c²/(1 + cos θ)) dθ / 2π, from
    // Plackett's ∂P(X > c, Y > c)/∂ρ (Biometrika 41, 1954). At angle π, where Y = −X, it is P(X > c).
    private static double Crossing(double c, double angle)
    {
        double sum = 0;
        for (int i = 0; i < Nodes; i++)
            sum += Math.Exp(-c * c / (1 + Math.Cos(angle * (i + 0.5) / Nodes)));
        return sum * angle / Nodes / (2 * Math.PI);
    }
}
