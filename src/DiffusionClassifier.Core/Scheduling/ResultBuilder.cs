using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>Turns the errors of a job into its answer. Stateless.</summary>
internal static class ResultBuilder
{
    /// <param name="job">A job whose arms still alive have all their errors up to <see cref="LabelScores.Limit"/>.</param>
    /// <param name="now">Timestamp of the answer.</param>
    public static ClassificationResult Build(ClassificationJob job, long now)
    {
        JobSettings settings = job.Settings;
        LabelScores scores = job.Scores;
        int leader = Leader(settings, scores);
        double[] armMeans = [.. Enumerable.Range(0, scores.Arms).Select(arm => scores.AnchoredMean(arm, leader))];
        int[] best = BestArms(settings, scores, armMeans);
        double[] means = [.. best.Select(arm => armMeans[arm])];
        double[] logScores = Posterior.LogScores(settings.Priors, means, settings.Sharpness.Beta);
        double[] posteriors = Posterior.Softmax(logScores);
        int winner = settings.Arms[leader].Label;
        ILookup<int, int> arms = Enumerable.Range(0, scores.Arms).ToLookup(arm => settings.Arms[arm].Label); // once: the search for every label would be quadratic, under the scheduler's lock
        // OrderBy is stable: ties keep the order of the request.
        int[] ranking = [winner, .. Enumerable.Range(0, best.Length).Where(label => label != winner).OrderByDescending(label => logScores[label])];
        PairedDifference? margin = ranking.Length > 1 ? scores.Difference(best[ranking[1]], best[winner]) : null;

        return new ClassificationResult(
            job.Id,
            settings.Manifest.Id,
            settings.Labels[winner].Label,
            [.. ranking.Select(label => Label(job, label, arms[label], best, means[label], winner, posteriors[label]))],
            new DecisionSummary(settings.Strategy, job.IsDecided, job.IsDecided && Eliminations.HasDelta(settings.Strategy) ? settings.Delta : null, margin?.Mean, Finite(margin?.StandardError), scores.Limit, settings.Plan.Count),
            new PosteriorSummary(settings.Sharpness.Preset, settings.Sharpness.Beta, settings.Sharpness.Calibrated),
            settings.Seed,
            settings.Loss,
            settings.Weighting,
            settings.ImageMode,
            Cost(job, now),
            [.. CutShort(job), .. settings.Warnings, .. settings.Manifest.Warnings, .. job.Image.Warnings, .. job.Conditionings.Select(conditioning => conditioning.Warning).OfType<string>().Distinct()]);
    }

    private static CostSummary Cost(ClassificationJob job, long now)
    {
        JobClock clock = job.Clock;
        TimeSpan total = clock.Waited(now);
        return new CostSummary(job.RowsRecorded, job.Settings.FixedRows, job.Batches, clock.Queue.TotalSeconds, clock.Compute.TotalSeconds, total.TotalSeconds)
        {
            EncodeSeconds = (clock.EncodeEnd.GetValueOrDefault(clock.Queue) - clock.Queue).TotalSeconds,
            DenoiseSeconds = (total - clock.DenoiseBegin.GetValueOrDefault(total)).TotalSeconds,
        };
    }

    private static string[] CutShort(ClassificationJob job) => job.CutShort is { } reason ? [reason] : [];

    // The arm that wins by what is raced on, log prior − β·meanError, of those that went all the way.
    private static int Leader(JobSettings settings, LabelScores scores)
    {
        int[] alive = [.. Enumerable.Range(0, scores.Arms).Where(scores.IsAlive)];
        double[] priors = [.. alive.Select(arm => settings.Priors[settings.Arms[arm].Label])];
        return alive[Posterior.ArgMax(Posterior.LogScores(priors, [.. alive.Select(scores.Mean)], settings.Sharpness.Beta))];
    }

    // For each label the arm that stands for it: the one that went furthest, and of those the one with the smallest error.
    private static int[] BestArms(JobSettings settings, LabelScores scores, double[] means)
    {
        int[] best = [.. Enumerable.Repeat(-1, settings.Labels.Count)];
        for (int arm = 0; arm < means.Length; arm++)
        {
            ref int current = ref best[settings.Arms[arm].Label];
            if (current < 0 || Standing(arm).CompareTo(Standing(current)) > 0)
                current = arm;
        }

        return best;

        (bool, int, double) Standing(int arm) => (scores.IsAlive(arm), scores.Count(arm), -means[arm]);
    }

    private static LabelResult Label(ClassificationJob job, int label, IEnumerable<int> arms, int[] best, double mean, int winner, double posterior)
    {
        JobSettings settings = job.Settings;
        LabelScores scores = job.Scores;
        int arm = best[label];
        return new LabelResult(
            settings.Labels[label].Label,
            settings.Manifest.Conditioning == ConditioningKind.Text ? [.. arms.SelectMany(own => settings.Arms[own].Prompts).Select(prompt => settings.Prompts[prompt])] : null,
            settings.Priors[label],
            settings is { Loss: PredictionLoss.L2, Weighting: Weighting.Uniform } ? -settings.Manifest.Latent.Length * mean : null,
            mean,
            label == winner ? null : Finite(scores.Difference(arm, best[winner]).StandardError),
            arms.Sum(own => scores.Count(own) * settings.Arms[own].Prompts.Count),
            scores.IsAlive(arm) ? null : scores.Count(arm),
            posterior);
    }

    // One trial has no spread: JSON says null, not NaN.
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
