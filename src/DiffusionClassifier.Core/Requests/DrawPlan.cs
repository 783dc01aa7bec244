using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Requests;

/// <summary>Which draws the trials of a request are: a fair sample, or those that the model's calibration chose. Stateless.</summary>
/// <remarks>
/// Chosen draws are the default where few of them decide: for <c>fast</c>, for <c>fixed</c> with no more trials than were chosen, and for
/// <c>fixed</c> with a deadline, which may come after a few. Never for a race: its δ rests on random order.
/// </remarks>
internal static class DrawPlan
{
    /// <summary>The draws to begin with; null: none, all are even.</summary>
    /// <param name="request">The request.</param>
    /// <param name="strategy">Its strategy.</param>
    /// <param name="trials">How many trials it has, without those that were added later.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="weighting">Its weighting.</param>
    /// <param name="manifest">The model.</param>
    /// <exception cref="ClassificationException">Chosen draws are asked for and do not go with the rest.</exception>
    public static ChosenDraws? Resolve(ClassificationRequest request, Strategy strategy, int trials, PredictionLoss loss,
        Weighting weighting, ModelManifest manifest)
    {
        ChosenDraws? chosen = manifest.ChosenDraws.GetValueOrDefault(loss);
        string? obstacle = (chosen, strategy) switch
        {
            (null, _) => $"model '{manifest.Id}' has none for the loss '{EnumWords.Of(loss)}' (dclassify calibrate --draws --write "
                + "makes them)",
            (_, not (Strategy.Fixed or Strategy.Fast)) =>
                $"the strategy '{EnumWords.Of(strategy)}' needs its own order: they are for fixed and fast",
            _ when request.Seed != chosen.Seed => $"they belong to the noise of seed {chosen.Seed}",
            _ when request.NoiseDraws is not null => "noiseDraws says which noise there is",
            _ when weighting != Weighting.Uniform => $"they count alike, not by the weighting '{EnumWords.Of(weighting)}'",
            _ when manifest.ScalarTimestep => $"model '{manifest.Id}' runs one timestep at a time, the same for all requests",
            _ => null,
        };
        if (request.Draws == DrawChoice.Chosen && obstacle is not null)
        {
            throw RequestValidator.Invalid(
                "draws", $"There are no chosen draws for this request: {obstacle}. Leave draws out, or send draws=even.");
        }

        bool pays = strategy == Strategy.Fast || trials <= chosen?.Trials.Count || request.DeadlineMs is not null;
        return obstacle is null && (request.Draws ?? (pays ? DrawChoice.Chosen : DrawChoice.Even)) == DrawChoice.Chosen ? chosen : null;
    }

    /// <summary>Chosen draws first, then a fair sample of the rest on noise of its own.</summary>
    public static TrialPlan Create(ChosenDraws chosen, int trials, ModelManifest manifest)
    {
        var first = new TrialPlan(chosen.Trials.Take(trials));
        return trials == first.Count
            ? first
            : first.Then(TrialPlan.Uniform(trials - first.Count, manifest.TimestepFrom, manifest.TimestepTo, chosen.Seed,
                firstDraw: chosen.Trials.Max(trial => trial.NoiseIndex) + 1));
    }

    /// <summary>β for the mean over the first trials of a plan; null: even ones are among them, or there are no chosen ones.</summary>
    public static double? Beta(ChosenDraws? chosen, int trials) =>
        trials >= 1 && trials <= chosen?.Trials.Count ? chosen.Betas[trials - 1] : null;
}
