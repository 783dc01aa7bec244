namespace DiffusionClassifier.Contracts;

/// <summary>How well every caption fits every image.</summary>
/// <param name="Id">Names this answer in logs and traces.</param>
/// <param name="Model">Id of the model that answered.</param>
/// <param name="Captions">The captions in the order of the request.</param>
/// <param name="Images">One row of the matrix for each image, in the order of the request.</param>
/// <param name="NormalizedByNull">Whether the error without a caption was subtracted.</param>
/// <param name="Winoground">The verdicts for two images and two captions that belong together in order, else null.</param>
/// <param name="Posterior">How mean errors became posteriors.</param>
/// <param name="Trials">N, the trials that all images and captions share.</param>
/// <param name="Seed">Seed of noise and trial order.</param>
/// <param name="Loss">The loss between true and predicted noise.</param>
/// <param name="Weighting">How much the error of each timestep counted.</param>
/// <param name="ImageMode">How the image files were interpreted.</param>
/// <param name="Cost">What the answer cost, all images together.</param>
/// <param name="Warnings">What the caller should know, in sentences.</param>
public sealed record MatchResult(
    string Id,
    string Model,
    IReadOnlyList<string> Captions,
    IReadOnlyList<MatchedImage> Images,
    bool NormalizedByNull,
    WinogroundVerdict? Winoground,
    PosteriorSummary Posterior,
    int Trials,
    ulong Seed,
    PredictionLoss Loss,
    Weighting Weighting,
    ImageMode ImageMode,
    CostSummary Cost,
    IReadOnlyList<string> Warnings);
