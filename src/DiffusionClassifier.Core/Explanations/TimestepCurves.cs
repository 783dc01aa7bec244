using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Explanations;

/// <summary>Errors against the timestep. Stateless.</summary>
internal static class TimestepCurves
{
    private const int Bins = 16; // of eight trials each, where 128 ran: enough of each for a standard error, and for a curve

    /// <summary>A label's curve over the trials that it ran.</summary>
    public static TimestepCurve Of(ClassificationJob job, RankedLabels labels, int label)
    {
        ScoresView scores = job.Answered!;
        (int arm, int winner) = (labels.Arm(label), labels.Arm(labels.Winner));
        IEnumerable<int> positions = Enumerable.Range(0, Math.Min(scores.Count(arm), scores.Count(winner)));
        IEnumerable<IGrouping<int, int>> bins = positions.GroupBy(position => Bin(job, position)).OrderBy(bin => bin.Key);
        return new TimestepCurve(labels.Name(label), [.. bins.Select(bin => Point(job, arm, winner, [.. bin]))]);
    }

    private static int Bin(ClassificationJob job, int position)
    {
        ModelManifest manifest = job.Settings.Manifest;
        return (job.Plan[position].Timestep - manifest.TimestepFrom) * Bins / (manifest.TimestepTo - manifest.TimestepFrom);
    }

    private static TimestepPoint Point(ClassificationJob job, int arm, int winner, int[] positions)
    {
        ScoresView scores = job.Answered!;
        double[] differences = [.. positions.Select(position => scores.Error(arm, position) - scores.Error(winner, position))];
        double mean = differences.Average();
        return new TimestepPoint(
            positions.Average(position => job.Plan[position].Timestep),
            positions.Average(position => scores.Error(arm, position)),
            mean,
            positions.Length == 1
                ? null
                : Math.Sqrt(differences.Sum(each => (each - mean) * (each - mean)) / (positions.Length - 1) / positions.Length),
            positions.Length);
    }
}
