namespace DiffusionClassifier.Contracts;

/// <summary>The answer: the same object over HTTP and on the command line.</summary>
/// <param name="Id">Names this answer in logs and traces.</param>
/// <param name="Model">Id of the model that answered.</param>
/// <param name="Prediction">The winning label; null if <c>rejectBelow</c> of the request rejects it: none of these.</param>
/// <param name="Labels">Every label, the winner first, then by falling posterior score; ties in the order of the request.</param>
/// <param name="Decision">How the winner was decided, and how certain it is that more trials would not change it.</param>
/// <param name="Posterior">How mean errors became posteriors.</param>
/// <param name="Seed">Seed of noise and trial order: send it again to get the same answer.</param>
/// <param name="Loss">The loss between true and predicted noise.</param>
/// <param name="Weighting">How much the error of each timestep counted.</param>
/// <param name="ImageMode">How the image file was interpreted.</param>
/// <param name="Cost">What the answer cost.</param>
/// <param name="Warnings">What the caller should know, in sentences.</param>
public sealed record ClassificationResult(
    string Id,
    string Model,
    string? Prediction,
    IReadOnlyList<LabelResult> Labels,
    DecisionSummary Decision,
    PosteriorSummary Posterior,
    ulong Seed,
    PredictionLoss Loss,
    Weighting Weighting,
    ImageMode ImageMode,
    CostSummary Cost,
    IReadOnlyList<string> Warnings)
{
    /// <summary>
    /// How unlike the images that the model knows this one is: the share, from 0 to 1, of its calibration images on which the winner's
    /// error was smaller, timestep by timestep. Above 0.99 the answer warns and is not calibrated. Null if the model was not calibrated
    /// for the loss.
    /// </summary>
    public double? OutOfDistribution { get; init; }

    /// <summary>Where the image speaks for the winner; null unless the request asked for it with <c>explain</c>.</summary>
    public Explanation? Explanation { get; init; }
}
