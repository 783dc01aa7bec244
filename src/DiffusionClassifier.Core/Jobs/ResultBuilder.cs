using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Jobs;

/// <summary>Turns errors into the answer. Stateless.</summary>
internal static class ResultBuilder
{
    /// <param name="settings">What was asked.</param>
    /// <param name="scores">Errors up to a trial that every arm still alive has.</param>
    /// <param name="job">What else the answer says.</param>
    public static ClassificationResult Build(JobSettings settings, ScoresView scores, JobSnapshot job)
    {
        Sharpness sharpness = settings.SharpnessOf(scores.Limit);
        int leader = Leader(settings, scores);
        double[] armMeans = Means(scores, leader);
        int[] best = BestArms(settings, scores, armMeans);
        double[] means = [.. best.Select(arm => armMeans[arm])];
        double[] logScores = Posterior.LogScores(settings.Priors, means, sharpness.Beta);
        double[] posteriors = Posterior.Softmax(logScores);
        int winner = settings.Arms[leader].Label;
        // Once: the search for every label would be quadratic, under the scheduler's lock.
        ILookup<int, int> arms = Enumerable.Range(0, scores.Arms).ToLookup(arm => settings.Arms[arm].Label);
        // OrderBy is stable: ties keep the order of the request.
        int[] ranking =
            [winner, .. Enumerable.Range(0, best.Length).Where(label => label != winner).OrderByDescending(label => logScores[label])];
        bool tied = ranking.Length > 1
            && (job.Likeness?.AreSame(winner, ranking[1]) == true || scores.Difference(best[ranking[1]], best[winner]).StandardError == 0);
        Familiarity? familiarity = Familiarity.Of(settings, scores, leader);
        bool unlike = familiarity is { IsUnlike: true };
        bool rejected = settings.RejectBelow is { } least && (unlike || posteriors[winner] < least);
        bool calibrated = sharpness.Calibrated && best.Length > 1 && !unlike;
        PairedDifference? margin = ranking.Length > 1 ? scores.Difference(best[ranking[1]], best[winner]) : null;

        return new ClassificationResult(
            job.Id,
            settings.Manifest.Id,
            rejected ? null : settings.Labels[winner].Label,
            [.. ranking.Select(label => Label(settings, scores, label, arms[label], best, means[label], winner, posteriors[label]))],
            new DecisionSummary(
                settings.Strategy,
                job.IsDecided,
                job.IsDecided && !tied && best.Length > 1 && Eliminations.HasDelta(settings.Strategy) ? settings.Delta : null,
                margin?.Mean,
                Finite.OrNull(margin?.StandardError),
                scores.Limit,
                settings.Plan.Count)
            {
                Tied = tied,
                Rejected = rejected,
                ChosenDraws = settings.ChosenDraws > 0 ? Math.Min(settings.ChosenDraws, scores.Limit) : null,
            },
            new PosteriorSummary(sharpness.Preset, sharpness.Beta, calibrated),
            settings.Seed,
            settings.Loss,
            settings.Weighting,
            settings.ImageMode,
            job.Cost,
            [.. new[] { job.CutShort, unlike ? familiarity?.Warning : null }.OfType<string>(), .. settings.Warnings,
                .. settings.Manifest.Warnings, .. job.Warnings])
        {
            OutOfDistribution = familiarity?.ShareBelow,
        };
    }

    /// <summary>
    /// For each label, the arm that stands for it: the one that went furthest, and of those the one with the smallest error.
    /// </summary>
    public static int[] BestArms(JobSettings settings, ScoresView scores) =>
        BestArms(settings, scores, Means(scores, Leader(settings, scores)));

    private static double[] Means(ScoresView scores, int leader) =>
        [.. Enumerable.Range(0, scores.Arms).Select(arm => scores.AnchoredMean(arm, leader))];

    // The winner by what is raced on, log prior − β·meanError, among the arms that went all the way.
    private static int Leader(JobSettings settings, ScoresView scores)
    {
        int[] alive = [.. Enumerable.Range(0, scores.Arms).Where(scores.IsAlive)];
        double[] priors = [.. alive.Select(arm => settings.Priors[settings.Arms[arm].Label])];
        double beta = settings.SharpnessOf(scores.Limit).Beta;
        return alive[Posterior.ArgMax(Posterior.LogScores(priors, [.. alive.Select(scores.Mean)], beta))];
    }

    private static int[] BestArms(JobSettings settings, ScoresView scores, double[] means)
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

    private static LabelResult Label(
        JobSettings settings, ScoresView scores, int label, IEnumerable<int> arms, int[] best, double mean, int winner, double posterior)
    {
        int arm = best[label];
        return new LabelResult(
            settings.Labels[label].Label,
            settings.Manifest.Conditioning == ConditioningKind.Text
                ? [.. arms.SelectMany(own => settings.Arms[own].Prompts).Select(prompt => settings.Prompts[prompt])]
                : null,
            settings.Priors[label],
            settings is { Loss: PredictionLoss.L2, Weighting: Weighting.Uniform } ? -settings.Manifest.Latent.Length * mean : null,
            mean,
            label == winner ? null : Finite.OrNull(scores.Difference(arm, best[winner]).StandardError),
            arms.Sum(own => scores.Count(own) * settings.Arms[own].Prompts.Count),
            scores.IsAlive(arm) ? null : scores.Count(arm),
            posterior);
    }
}
