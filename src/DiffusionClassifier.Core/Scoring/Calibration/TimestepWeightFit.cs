namespace DiffusionClassifier.Core.Scoring.Calibration;

/// <summary>Fits a weight for every timestep to labelled data; how smooth they are is chosen by cross-validation. Stateless.</summary>
public static class TimestepWeightFit
{
    // In units of nats for weights that double from knot to knot; from equal weights to almost free ones. Tried in this order: of equally
    // good ones the smoothest is taken.
    private static readonly double[] Smoothings = [double.PositiveInfinity, 10, 1, 0.1, 0.01, 0.001, 0.0001];

    /// <param name="data">Errors at the knots.</param>
    /// <param name="folds">Folds of the cross-validation, at least 2.</param>
    /// <param name="seed">Seed of its cut.</param>
    /// <exception cref="CalibrationException">Nothing can be fitted.</exception>
    public static FittedTimestepWeights Fit(KnotErrors data, int folds, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        IReadOnlyList<int[]> cut = CrossValidation.Folds(data.Count, folds, seed);
        var losses = new double[Smoothings.Length]; // −log p of all images, each by weights that have not seen it
        foreach (int[] fold in cut)
        {
            KnotErrors rest = data.Select(CrossValidation.Rest(data.Count, fold)), held = data.Select(fold);
            for (int i = 0; i < Smoothings.Length; i++)
            {
                FittedTimestepWeights fitted = Fit(rest, Smoothings[i]);
                losses[i] += held.Count * PosteriorQuality.Measure(held.Weighted(fitted.Weights.Weights), fitted.Beta.Beta).NegativeLogLikelihood;
            }
        }

        return Fit(data, Smoothings[Array.IndexOf(losses, losses.Min())]);
    }

    /// <summary>As above, for a smoothness that is known.</summary>
    /// <param name="data">Errors at the knots.</param>
    /// <param name="smoothing">λ, above 0; infinite for equal weights.</param>
    /// <exception cref="CalibrationException">Nothing can be fitted.</exception>
    public static FittedTimestepWeights Fit(KnotErrors data, double smoothing)
    {
        ArgumentNullException.ThrowIfNull(data);
        FittedBeta equal = TemperatureFit.Fit(data.Weighted());
        if (double.IsPositiveInfinity(smoothing))
            return new FittedTimestepWeights(new TimestepWeights(data.Knots, data.Knots.Select(_ => 1.0)), equal, smoothing);
        double[] weights = WeightRegression.Fit(data, equal.Beta, smoothing);
        double mean = data.MeanWeight(weights);
        weights = [.. weights.Select(weight => weight / mean)];
        // Not fitted once more: the pull towards equal weights is also what keeps β from trusting these data too much.
        FittedBeta beta = TemperatureFit.Describe(data.Weighted(weights), equal.Beta * mean);
        return new FittedTimestepWeights(new TimestepWeights(data.Knots, weights), beta, smoothing);
    }
}
