using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Turns the errors of a job into its answer. Stateless.</summary>
internal static class ResultBuilder
{
    /// <param name="job">A job whose labels have all their errors up to their own count.</param>
    /// <param name="trials">Complete trials of the labels still alive.</param>
    /// <param name="now">Timestamp of the answer.</param>
    public static ClassificationResult Build(ClassificationJob job, int trials, long now)
    {
        JobSettings settings = job.Settings;
        LabelScores scores = job.Scores;
        double[] means = [.. Enumerable.Range(0, scores.Labels).Select(scores.Mean)];
        double[] logScores = Posterior.LogScores(settings.Priors, means, settings.Sharpness.Beta);
        double[] posteriors = Posterior.Softmax(logScores);

        // The winner is one of the labels that went all the way; OrderBy is stable, so ties keep the order of the request.
        int[] ranking = [.. Enumerable.Range(0, scores.Labels).OrderByDescending(scores.IsAlive).ThenByDescending(label => logScores[label])];
        int winner = ranking[0];
        PairedDifference? margin = ranking.Length > 1 ? scores.Difference(ranking[1], winner) : null;

        return new ClassificationResult(
            job.Id,
            settings.Manifest.Id,
            settings.Labels[winner],
            [.. ranking.Select(label => Label(job, label, winner, means[label], posteriors[label]))],
            new DecisionSummary(settings.Strategy, Complete: true, Delta: null, margin?.Mean, Finite(margin?.StandardError), trials, settings.Trials),
            new PosteriorSummary(settings.Sharpness.Preset, settings.Sharpness.Beta, settings.Sharpness.Calibrated),
            settings.Seed,
            settings.Loss,
            settings.ImageMode,
            new CostSummary(job.RowsRecorded, settings.FixedRows, job.Batches, job.Clock.Queue.TotalSeconds, job.Clock.Compute.TotalSeconds, job.Clock.Total(now).TotalSeconds),
            [.. settings.Manifest.Warnings, .. job.Image.Warnings]);
    }

    private static LabelResult Label(ClassificationJob job, int label, int winner, double mean, double posterior)
    {
        JobSettings settings = job.Settings;
        int evaluations = job.Scores.Count(label);
        return new LabelResult(
            settings.Labels[label],
            settings.Manifest.Conditioning == Models.ConditioningKind.Text ? [settings.Prompts[label]] : null,
            settings.Priors[label],
            settings.Loss == PredictionLoss.L2 ? -settings.Manifest.Latent.Length * mean : null,
            mean,
            label == winner ? null : Finite(job.Scores.Difference(label, winner).StandardError),
            evaluations,
            job.Scores.IsAlive(label) ? null : evaluations,
            posterior);
    }

    // One trial has no spread: JSON says null, not NaN.
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
