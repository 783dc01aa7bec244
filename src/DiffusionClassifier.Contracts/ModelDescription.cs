namespace DiffusionClassifier.Contracts;

/// <summary>What clients are told about a model.</summary>
/// <param name="Id">The name to send as <c>model</c>.</param>
/// <param name="DisplayName">What it is, in words.</param>
/// <param name="License">The license of the weights, or null if the bundle says nothing.</param>
/// <param name="Conditioning"><c>class</c>: a fixed list of labels; <c>text</c>: any label is a prompt.</param>
/// <param name="Labels">The classes; null for a text-conditional model, which takes any label.</param>
/// <param name="IsDefault">Whether it answers requests that name no model.</param>
/// <param name="ImageSize">Side of the square, in pixels, to which images are cropped and scaled.</param>
/// <param name="LatentShape">Channels, height and width of what the denoiser sees.</param>
/// <param name="Trials">Trials of a request that does not set them.</param>
/// <param name="Strategy">Strategy of a request that does not set it.</param>
/// <param name="Loss">Loss of a request that does not set it.</param>
/// <param name="Timesteps">First timestep of the trials, and the end (exclusive).</param>
/// <param name="Calibrated">The losses for which β was fitted to labeled data, for uniform or fitted weights.</param>
/// <param name="FittedWeights">The losses for which weights of the timesteps were fitted to labeled data.</param>
/// <param name="DataType">Element type of the denoiser: <c>float32</c> or <c>float16</c>.</param>
/// <param name="Warnings">What is odd about the model, in sentences.</param>
public sealed record ModelDescription(
    string Id,
    string DisplayName,
    string? License,
    ConditioningKind Conditioning,
    IReadOnlyList<string>? Labels,
    bool IsDefault,
    int ImageSize,
    IReadOnlyList<int> LatentShape,
    int Trials,
    Strategy Strategy,
    PredictionLoss Loss,
    IReadOnlyList<int> Timesteps,
    IReadOnlyList<PredictionLoss> Calibrated,
    IReadOnlyList<PredictionLoss> FittedWeights,
    string DataType,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The architecture that it was recognized as, such as <c>Stable Diffusion</c>; null: unnamed.</summary>
    public string? Family { get; init; }

    /// <summary>Size of the files with its weights, which is about the memory that it takes; null: unknown.</summary>
    public long? Bytes { get; init; }

    /// <summary>Whether it is in memory. One that is not is loaded by the first request for it.</summary>
    public ModelState State { get; init; }

    /// <summary>Seconds that one row takes in full batches, measured here on all devices together; null: it never ran here.</summary>
    public double? SecondsPerRow { get; init; }
}
