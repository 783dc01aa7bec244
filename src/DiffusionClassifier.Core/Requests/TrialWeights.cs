using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Requests;

/// <summary>What a weighting means for the trials of one request, and the default for a request that names none. Stateless.</summary>
internal static class TrialWeights
{
    private const double ClarkJainiDecay = 7; // Clark and Jaini 2023, section 3: w_t = exp(−7t) for t in [0, 1]

    // β was fitted to means over N trials. Means over fewer are noisier, and the same β then makes posteriors too confident; a quarter of
    // the trials has twice the noise.
    private const int FewerTrials = 4;

    /// <summary>The weighting that a request names; else the model's fitted weights, if a β was fitted for them; else none.</summary>
    public static Weighting Resolve(Weighting? requested, ModelManifest manifest, PredictionLoss loss) =>
        requested ?? (manifest.FittedWeightings.GetValueOrDefault(loss)?.Beta is null ? Weighting.Uniform : Weighting.Fitted);

    /// <summary>The warning for far fewer trials than β was fitted with; null: none.</summary>
    public static string? WarnOfFewTrials(Sharpness sharpness, int trials, ModelManifest manifest, PredictionLoss loss) =>
        sharpness.Calibrated && manifest.CalibratedTrials.TryGetValue(loss, out int calibrated) && (long)trials * FewerTrials < calibrated
            ? $"The posterior was calibrated on means over {calibrated} trials, and {trials} are fewer than a quarter of them: "
                + "it is more confident than it should be."
            : null;

    /// <summary>The factor of the error at each position of the plan; their mean is 1. Null: all are 1.</summary>
    /// <exception cref="ClassificationException">The model has no such weights, or they do not go with the loss.</exception>
    public static double[]? Create(Weighting weighting, PredictionLoss loss, TrialPlan plan, LoadedModel model)
    {
        if (weighting == Weighting.Uniform)
            return null;
        Func<int, double> weightOf =
            weighting == Weighting.Fitted ? Fitted(loss, model.Manifest) : ByFormula(weighting, loss, model.Manifest);
        double[] weights = [.. Enumerable.Range(0, plan.Count).Select(position => weightOf(plan[position].Timestep))];
        int bad = Array.FindIndex(weights, weight => !double.IsFinite(weight));
        if (bad >= 0)
        {
            throw Invalid($"The weighting '{EnumWords.Of(weighting)}' has no value at timestep {plan[bad].Timestep} of model '{model.Id}', "
                + "where nothing is left of the image: choose uniform.");
        }

        double mean = weights.Average();
        if (!(mean > 0))
        {
            throw Invalid($"The weighting '{EnumWords.Of(weighting)}' is 0 at every timestep of this request's {plan.Count} trials: "
                + "send more trials, or choose uniform.");
        }

        for (int i = 0; i < weights.Length; i++)
            weights[i] /= mean;
        return weights;
    }

    private static Func<int, double> Fitted(PredictionLoss loss, ModelManifest manifest) =>
        manifest.FittedWeightings.TryGetValue(loss, out FittedWeighting? fitted)
        ? fitted.Weights.At
        : throw Invalid(
            $"Model '{manifest.Id}' has no fitted weights for the loss '{EnumWords.Of(loss)}': choose uniform, or leave weighting out.");

    private static Func<int, double> ByFormula(Weighting weighting, PredictionLoss loss, ModelManifest manifest)
    {
        if (loss != PredictionLoss.L2)
        {
            throw Invalid($"The weighting '{EnumWords.Of(weighting)}' is for squared errors, not for the loss '{EnumWords.Of(loss)}': "
                + "send loss=l2 with it, or choose uniform.");
        }

        if (manifest.Process.Schedule is not { } schedule)
        {
            throw Invalid($"The weighting '{EnumWords.Of(weighting)}' is for models with a table of betas; "
                + $"'{manifest.Id}' has another process ({manifest.Process.Description}): choose uniform.");
        }

        IReadOnlyList<double> signal = schedule.AlphasCumprod;
        return weighting switch
        {
            Weighting.ClarkJaini =>
                timestep => Math.Exp(-ClarkJainiDecay * timestep / schedule.Timesteps) * (1 - signal[timestep]) / signal[timestep],
            Weighting.Vlb => timestep => Bound(timestep == 0 ? 1 : signal[timestep - 1], signal[timestep]),
            _ => throw new ArgumentOutOfRangeException(nameof(weighting), weighting, null),
        };
    }

    private static double Bound(double previousSignal, double signal)
    {
        double alpha = signal / previousSignal;
        return (1 - alpha) / (2 * alpha * (1 - signal));
    }

    private static ClassificationException Invalid(string message) => RequestValidator.Invalid("weighting", message);
}
