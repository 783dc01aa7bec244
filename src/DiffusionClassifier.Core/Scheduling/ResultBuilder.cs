using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Turns the errors of a job into its answer. Stateless.</summary>
internal static class ResultBuilder
{
    /// <param name="job">A job whose arms have all their errors up to their own count.</param>
    /// <param name="trials">Complete trials of the arms still alive.</param>
    /// <param name="now">Timestamp of the answer.</param>
    public static ClassificationResult Build(ClassificationJob job, int trials, long now)
    {
        JobSettings settings = job.Settings;
        LabelScores scores = job.Scores;
        int[] best = BestArms(settings, scores);
        int winner = Winner(settings, scores, best);
        double[] logScores = Posterior.LogScores(settings.Priors, [.. best.Select(arm => ComparableMean(scores, arm, best[winner]))], settings.Sharpness.Beta);
        double[] posteriors = Posterior.Softmax(logScores);
        // OrderBy is stable: ties keep the order of the request.
        int[] ranking = [winner, .. Enumerable.Range(0, best.Length).Where(label => label != winner).OrderByDescending(label => logScores[label])];
        PairedDifference? margin = ranking.Length > 1 ? scores.Difference(best[ranking[1]], best[winner]) : null;

        return new ClassificationResult(
            job.Id,
            settings.Manifest.Id,
            settings.Labels[winner].Label,
            [.. ranking.Select(label => Label(job, label, best, winner, posteriors[label]))],
            new DecisionSummary(settings.Strategy, Complete: true, Delta: null, margin?.Mean, Finite(margin?.StandardError), trials, settings.Plan.Count),
            new PosteriorSummary(settings.Sharpness.Preset, settings.Sharpness.Beta, settings.Sharpness.Calibrated),
            settings.Seed,
            settings.Loss,
            settings.ImageMode,
            new CostSummary(job.RowsRecorded, settings.FixedRows, job.Batches, job.Clock.Queue.TotalSeconds, job.Clock.Compute.TotalSeconds, job.Clock.Total(now).TotalSeconds),
            [.. settings.Manifest.Warnings, .. job.Image.Warnings, .. job.Conditionings.Select(conditioning => conditioning.Warning).OfType<string>().Distinct()]);
    }

    // The winner is one of the labels that went all the way.
    private static int Winner(JobSettings settings, LabelScores scores, int[] best)
    {
        double[] logScores = Posterior.LogScores(settings.Priors, [.. best.Select(scores.Mean)], settings.Sharpness.Beta);
        return Enumerable.Range(0, best.Length).Where(label => scores.IsAlive(best[label])).MaxBy(label => logScores[label]);
    }

    // An arm that was eliminated has seen other timesteps than the winner, and errors depend on the timestep far more than on the label: its
    // mean is comparable only as the winner's plus their difference on the trials that both have.
    private static double ComparableMean(LabelScores scores, int arm, int winner) =>
        scores.Count(arm) == scores.Count(winner) ? scores.Mean(arm) : scores.Mean(winner) + scores.Difference(arm, winner).Mean;

    // For each label the arm that stands for it: the one that went furthest, and of those the one with the smallest error.
    private static int[] BestArms(JobSettings settings, LabelScores scores) =>
    [
        .. settings.Arms.Index().GroupBy(pair => pair.Item.Label, pair => pair.Index).OrderBy(group => group.Key)
            .Select(group => group.OrderByDescending(scores.IsAlive).ThenByDescending(scores.Count).ThenBy(scores.Mean).First()),
    ];

    private static LabelResult Label(ClassificationJob job, int label, int[] best, int winner, double posterior)
    {
        JobSettings settings = job.Settings;
        LabelScores scores = job.Scores;
        int arm = best[label];
        double mean = scores.Mean(arm);
        IEnumerable<(int Index, Arm Item)> arms = settings.Arms.Index().Where(pair => pair.Item.Label == label);
        return new LabelResult(
            settings.Labels[label].Label,
            settings.Manifest.Conditioning == ConditioningKind.Text ? [.. arms.SelectMany(pair => pair.Item.Prompts).Select(prompt => settings.Prompts[prompt])] : null,
            settings.Priors[label],
            settings.Loss == PredictionLoss.L2 ? -settings.Manifest.Latent.Length * mean : null,
            mean,
            label == winner ? null : Finite(scores.Difference(arm, best[winner]).StandardError),
            arms.Sum(pair => scores.Count(pair.Index) * pair.Item.Prompts.Count),
            scores.IsAlive(arm) ? null : scores.Count(arm),
            posterior);
    }

    // One trial has no spread: JSON says null, not NaN.
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
