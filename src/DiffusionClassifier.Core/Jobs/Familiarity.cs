using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Jobs;

/// <summary>How an image compares with those that the model was calibrated on.</summary>
/// <param name="Ratio">The winner's errors divided by the usual ones.</param>
/// <param name="ShareBelow">The share of those images with a smaller ratio.</param>
internal readonly record struct Familiarity(double Ratio, double ShareBelow)
{
    /// <summary>Whether the image is unlike those that the model knows.</summary>
    public bool IsUnlike => ShareBelow > UsualErrors.Unlike;

    /// <summary>The warning for such an image.</summary>
    public string Warning =>
        FormattableString.Invariant($"The image is unlike those that the model knows: its errors are {Ratio:F1} times the usual ones, ")
            + FormattableString.Invariant($"above those of {100 * ShareBelow:F1}% of the calibration images. The answer may mean nothing.");

    /// <summary>Null if the model was not calibrated for the loss.</summary>
    /// <param name="settings">What was asked.</param>
    /// <param name="scores">Errors up to a trial that the winner has.</param>
    /// <param name="winner">The winner's arm.</param>
    public static Familiarity? Of(JobSettings settings, ScoresView scores, int winner)
    {
        if (!settings.Manifest.UsualErrors.TryGetValue(settings.Loss, out UsualErrors? usual))
            return null;
        // The recorded errors are weighted: a trial with weight 0 tells nothing.
        (int Timestep, double Error)[] errors = [.. from position in Enumerable.Range(0, scores.Count(winner))
                                                    let weight = settings.Weights?[position] ?? 1
                                                    where weight > 0
                                                    select (settings.Plan[position].Timestep, scores.Error(winner, position) / weight)];
        double ratio = usual.Ratio(errors);
        return double.IsFinite(ratio) ? new Familiarity(ratio, usual.ShareBelow(ratio)) : null;
    }
}
