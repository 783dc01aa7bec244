namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>
/// Whether a confidence means what it says, in bins of equal width (Guo et al. 2017, arXiv 1706.04599, section 2). Immutable.
/// </summary>
internal sealed class Reliability
{
    private const int Bins = CalibrationError.DefaultBins;

    /// <param name="predictions">At least one.</param>
    public Reliability(IReadOnlyCollection<LabelledPrediction> predictions)
    {
        ExpectedCalibrationError = CalibrationError.Expected(
            [.. predictions.Select(prediction => prediction.Confidence)], [.. predictions.Select(prediction => prediction.IsRight)], Bins);
        ILookup<int, LabelledPrediction> byBin = predictions.ToLookup(prediction => BinOf(prediction.Confidence));
        All = [.. Enumerable.Range(0, Bins).Select(bin => Summarize(bin, [.. byBin[bin]]))];
    }

    /// <summary>From 0 to 1.</summary>
    public IReadOnlyList<ReliabilityBin> All { get; }

    public double ExpectedCalibrationError { get; }

    private static int BinOf(double confidence) => Math.Clamp((int)Math.Ceiling(confidence * Bins) - 1, 0, Bins - 1);

    private static ReliabilityBin Summarize(int bin, LabelledPrediction[] predictions) => new(
        (double)bin / Bins, (double)(bin + 1) / Bins, predictions.Length,
        predictions.Length == 0 ? 0 : predictions.Average(prediction => prediction.Confidence),
        Proportion.Of(predictions, prediction => prediction.IsRight).Value);
}
