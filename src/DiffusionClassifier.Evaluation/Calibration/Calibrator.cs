using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Scoring.Calibration;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>Fits β, and on request a weight for every timestep, and measures by cross-validation how much that helps. Stateless.</summary>
internal static class Calibrator
{
    /// <param name="data">Errors of labeled images, all on the same trials.</param>
    /// <param name="trials">N, the number of these trials.</param>
    /// <param name="betaBefore">C·H·W.</param>
    /// <param name="weights">
    /// Whether to fit weights as well. Their smoothness is chosen separately for every fold, by folds of the other images.
    /// </param>
    /// <param name="folds">Folds of the cross-validation, at least 2.</param>
    /// <param name="seed">Seed of its split.</param>
    /// <exception cref="CalibrationException">Nothing can be fitted to this data.</exception>
    public static CalibrationReport Run(KnotErrors data, int trials, double betaBefore, bool weights, int folds, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        IReadOnlyList<int[]> cut = CrossValidation.Folds(data.Count, folds, seed);
        return new CalibrationReport(
            data.Count,
            trials,
            betaBefore,
            MeasuredQuality.Of(data.Weighted(), betaBefore),
            CrossValidate(data, cut, betaBefore, Uniform),
            weights ? CrossValidate(data, cut, betaBefore, part => TimestepWeightFit.Fit(part, folds, seed)) : null);
    }

    private static FittedTimestepWeights Uniform(KnotErrors data) =>
        new(new TimestepWeights(data.Knots, data.Knots.Select(_ => 1.0)), TemperatureFit.Fit(data.Weighted()), Smoothing: null);

    private static WeightingCalibration CrossValidate(
        KnotErrors data, IReadOnlyList<int[]> cut, double betaBefore, Func<KnotErrors, FittedTimestepWeights> fit)
    {
        FittedTimestepWeights all = fit(data); // first: if nothing can be fitted, the message is about all images
        List<FoldResult> results = [];
        List<double[]> posteriors = [];
        List<int> labels = [];
        foreach (int[] fold in cut)
        {
            FittedTimestepWeights fitted = fit(data.Select(CrossValidation.Rest(data.Count, fold)));
            KnotErrors held = data.Select(fold);
            IReadOnlyList<double[]> after = MeasuredQuality.LogPosteriors(held.Weighted(fitted.Weights.Weights), fitted.Beta.Beta);
            int[] truth = [.. fold.Select(data.Label)];
            results.Add(
                new FoldResult(
                    fold.Length, fitted.Beta.Beta, MeasuredQuality.Of(held.Weighted(), betaBefore), MeasuredQuality.Of(after, truth)));
            posteriors.AddRange(after);
            labels.AddRange(truth);
        }

        return new WeightingCalibration(all, MeasuredQuality.Of(posteriors, labels), results);
    }
}
