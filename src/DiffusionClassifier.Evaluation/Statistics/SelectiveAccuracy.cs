using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>
/// Accuracy against coverage, as <c>rejectBelow</c> trades one for the other (selective classification: Geifman and El-Yaniv 2017, arXiv
/// 1705.08500, section 2). Stateless.
/// </summary>
internal static class SelectiveAccuracy
{
    // Even steps up to where most answers of a classifier are, and then finer ones: at the end, what matters is the number of nines.
    private static readonly double[] Thresholds =
        [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999];

    /// <param name="answers">At least one: its posterior, whether it is right, and how unlike the known images its image is.</param>
    /// <returns>
    /// The first point rejects nothing; the others, in ascending order, reject as the service does. A threshold that leaves the same
    /// answers as the one before it, or none, is left out.
    /// </returns>
    public static IReadOnlyList<CoveragePoint> Of(
        IReadOnlyCollection<(double Posterior, bool IsRight, double? OutOfDistribution)> answers)
    {
        List<CoveragePoint> points = [];
        foreach (double threshold in Thresholds)
        {
            bool[] answered =
            [
                .. answers
                    .Where(answer => threshold == 0
                        || (answer.Posterior >= threshold && answer.OutOfDistribution is not > UsualErrors.Unlike))
                    .Select(answer => answer.IsRight),
            ];
            Proportion right = Proportion.Of(answered, isRight => isRight);
            double coverage = (double)answered.Length / answers.Count;
            if (answered.Length > 0 && (points.Count == 0 || coverage < points[^1].Coverage))
                points.Add(new CoveragePoint(threshold, coverage, right.Value, right.Interval));
        }

        return points;
    }
}
