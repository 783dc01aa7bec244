using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Scoring.Calibration;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>
/// Fits a weight for every timestep to labeled data. The weight of a timestep is its importance divided by how far apart the classes'
/// errors are there (they differ in size from one end of the schedule to the other); importances are pulled toward equality, with a
/// strength λ that cross-validation chooses. Stateless.
/// </summary>
internal static class TimestepWeightFit
{
    // λ in nats for importances that differ by 1 from knot to knot: from practically equal to practically free. The smoothest comes first.
    private static readonly double[] Smoothings = [100, 1, 0.1, 0.01, 0.001, 0.0001];

    /// <summary>
    /// The smoothest weights whose cross-validated −log p is within one standard error of the best (Breiman et al. 1984, section 3.4.3):
    /// all images of a bank share their noise, so rougher weights could fit that noise without the folds showing it.
    /// </summary>
    /// <param name="data">Errors at the knots.</param>
    /// <param name="folds">Folds of the cross-validation, at least 2.</param>
    /// <param name="seed">Seed of its split.</param>
    /// <exception cref="CalibrationException">Nothing can be fitted.</exception>
    public static FittedTimestepWeights Fit(KnotErrors data, int folds, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        IReadOnlyList<int[]> cut = CrossValidation.Folds(data.Count, folds, seed);
        double[][] losses = [.. Smoothings.Select(smoothing => HeldOutLosses(data, cut, smoothing))];
        double[] best = losses.MinBy(images => images.Average())!;
        return Fit(data, Smoothings[Array.FindIndex(losses, images => IsAsGood(images, best))]);
    }

    /// <summary>As above, for a given λ.</summary>
    /// <param name="data">Errors at the knots.</param>
    /// <param name="smoothing">λ, above 0.</param>
    /// <exception cref="CalibrationException">Nothing can be fitted.</exception>
    public static FittedTimestepWeights Fit(KnotErrors data, double smoothing)
    {
        ArgumentNullException.ThrowIfNull(data);
        double[] units = [.. data.Spreads.Select(spread => spread > 0 ? 1 / spread : 0)]; // if all classes are alike, errors tell nothing
        KnotErrors scaled = data.Scaled(units);
        double equal = TemperatureFit.Fit(scaled.Weighted()).Beta;
        double[] weights = [.. WeightRegression.Fit(scaled, equal, smoothing).Zip(units, (importance, unit) => importance * unit)];
        double mean = data.MeanWeight(weights);
        weights = [.. weights.Select(weight => weight / mean)];
        // β is not fitted again: the pull toward equality also keeps it from trusting this data too much.
        FittedBeta beta = TemperatureFit.Describe(data.Weighted(weights), equal * mean);
        return new FittedTimestepWeights(new TimestepWeights(data.Knots, weights), beta, smoothing);
    }

    // −log p of every image, by weights that were fitted without it.
    private static double[] HeldOutLosses(KnotErrors data, IReadOnlyList<int[]> cut, double smoothing)
    {
        var losses = new double[data.Count];
        foreach (int[] fold in cut)
        {
            FittedTimestepWeights fitted = Fit(data.Select(CrossValidation.Rest(data.Count, fold)), smoothing);
            IReadOnlyList<double[]> logs = MeasuredQuality.LogPosteriors(
                data.Select(fold).Weighted(fitted.Weights.Weights), fitted.Beta.Beta);
            for (int i = 0; i < fold.Length; i++)
                losses[fold[i]] = -logs[i][data.Label(fold[i])];
        }

        return losses;
    }

    private static bool IsAsGood(double[] losses, double[] best)
    {
        double[] differences = [.. losses.Zip(best, (loss, least) => loss - least)];
        double mean = differences.Average(), squares = differences.Sum(difference => (difference - mean) * (difference - mean));
        return mean <= Math.Sqrt(squares / differences.Length / Math.Max(1, differences.Length - 1));
    }
}
