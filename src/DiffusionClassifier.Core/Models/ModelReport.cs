using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Models;

/// <summary>What was understood of a bundle, for the person who exported it.</summary>
/// <param name="Model">What clients are told about it.</param>
/// <param name="Folder">Where it is.</param>
/// <param name="Process">How images become noise, in a few words.</param>
/// <param name="Prediction">What the denoiser's output means.</param>
/// <param name="LearnedVariance">Whether the denoiser also predicts its variance.</param>
/// <param name="Timestep">The denoiser's timestep input; a scalar one means one timestep per batch.</param>
/// <param name="LatentScale">The factor on latents; 1 in pixel space.</param>
/// <param name="LatentShift">What is subtracted from latents first.</param>
/// <param name="Template">The prompt of a label; null for a class-conditional model.</param>
/// <param name="NullClass">The class id that means "no class"; null if there is none.</param>
/// <param name="Parts">The graphs.</param>
/// <param name="Parameters">Weights of all graphs.</param>
/// <param name="WeightBytes">Size of all files with weights, which is about the memory they take.</param>
/// <param name="VerifiedFiles">
/// The files whose SHA-256 the bundle lists, all of which match; a file that does not match keeps the bundle from loading.
/// </param>
public sealed record ModelReport(
    ModelDescription Model,
    string Folder,
    string Process,
    PredictionType Prediction,
    bool LearnedVariance,
    string Timestep,
    double LatentScale,
    double LatentShift,
    string? Template,
    int? NullClass,
    IReadOnlyList<ModelPart> Parts,
    long Parameters,
    long WeightBytes,
    IReadOnlyList<string> VerifiedFiles)
{
    /// <summary>Whether one call predicts for all classes.</summary>
    public bool AllClassesAtOnce { get; init; }

    /// <summary>Where the denoiser's graph is slow or unsafe as it was exported, in sentences that say what to export instead.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];
}
