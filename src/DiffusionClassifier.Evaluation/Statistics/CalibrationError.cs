namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>
/// Expected calibration error: by how much, on average, the winner's posterior differs from how often winners of that posterior are right
/// (Guo et al. 2017, eq. 3). 0 is perfect, 1 the worst. Stateless.
/// </summary>
/// <remarks>The estimate is biased upwards for few images (<see cref="ByChance"/>).</remarks>
internal static class CalibrationError
{
    /// <summary>Bins of equal width over [0, 1], as in that paper's tables.</summary>
    public const int DefaultBins = 15;

    /// <summary>
    /// √(bins/images)/2, the most to expect from a perfectly calibrated classifier: a bin of n images misses its share by at most ½/√n on
    /// average, and all bins together by the most if they are equal.
    /// </summary>
    public static double ByChance(int images, int bins = DefaultBins) => Math.Min(1, Math.Sqrt((double)bins / images) / 2);

    /// <param name="confidences">The posterior of each image's winner, 0…1; at least one image.</param>
    /// <param name="correct">For each, whether the winner is the true label.</param>
    /// <param name="bins">At least 1. A bin holds (i/bins, (i+1)/bins]; a confidence of 0 belongs to the first.</param>
    /// <exception cref="ArgumentException">There are no images, the lengths differ, or a confidence is outside [0, 1].</exception>
    public static double Expected(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> correct, int bins = DefaultBins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (confidences.IsEmpty || confidences.Length != correct.Length)
        {
            throw new ArgumentException(
                $"There must be as many verdicts as confidences ({confidences.Length} and {correct.Length}), and at least one.",
                nameof(correct));
        }

        var gaps = new double[bins]; // Σ (confidence − correct) of each bin: n_bin·|accuracy − mean confidence| is its magnitude
        for (int i = 0; i < confidences.Length; i++)
        {
            if (confidences[i] is not (>= 0 and <= 1))
                throw new ArgumentException($"Confidence {i} is {confidences[i]}; it must be from 0 to 1.", nameof(confidences));
            gaps[Math.Max(0, (int)Math.Ceiling(confidences[i] * bins) - 1)] += confidences[i] - (correct[i] ? 1 : 0);
        }

        return gaps.Sum(Math.Abs) / confidences.Length;
    }
}
