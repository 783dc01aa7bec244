namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// p(c|x) = softmax_c(log prior_c − β·meanError_c): Bayes' theorem with the ELBO in place of log p(x|c) (paper, eq. 7-8).
/// </summary>
public static class Posterior
{
    /// <summary>log prior_c − β·meanError_c, the expression whose largest value wins; −∞ for a prior of 0.</summary>
    internal static double[] LogScores(ReadOnlySpan<double> priors, ReadOnlySpan<double> meanErrors, double beta)
    {
        var scores = new double[priors.Length];
        for (int i = 0; i < scores.Length; i++)
            scores[i] = priors[i] > 0 ? Math.Log(priors[i]) - beta * meanErrors[i] : double.NegativeInfinity;
        return scores;
    }

    /// <summary>
    /// log(largest prior / prior_c)/β, the prior's part of that expression turned into a mean error: the smallest
    /// meanError_c + handicap_c is the largest score. Exactly 0 for equal priors, +∞ for a prior of 0.
    /// </summary>
    internal static double[] Handicaps(IReadOnlyList<double> priors, double beta)
    {
        double largest = priors.Max();
        return [.. priors.Select(prior => Math.Log(largest / prior) / beta)];
    }

    /// <summary>
    /// Softmax by log-sum-exp with the true maximum, so scores of −1000 and −1001 or ±1e30 work as well as small ones.
    /// </summary>
    /// <param name="logScores">At least one value above −∞; none NaN or +∞.</param>
    public static double[] Softmax(ReadOnlySpan<double> logScores)
    {
        double max = logScores[ArgMax(logScores)];
        if (!double.IsFinite(max))
            throw new ArgumentException("A softmax needs at least one finite score.", nameof(logScores));
        var probabilities = new double[logScores.Length];
        double sum = 0;
        for (int i = 0; i < probabilities.Length; i++)
            sum += probabilities[i] = Math.Exp(logScores[i] - max);
        for (int i = 0; i < probabilities.Length; i++)
            probabilities[i] /= sum;
        return probabilities;
    }

    /// <summary>The index of the largest value; of equal ones, the first.</summary>
    public static int ArgMax(ReadOnlySpan<double> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }

        return best;
    }
}
