using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Cli.Evaluate.Runs;

/// <summary>The part of a request that is the same for every picture.</summary>
internal sealed record RequestSettings
{
    public required ulong Seed { get; init; }

    public Strategy? Strategy { get; init; }

    public double? Confidence { get; init; }

    public int? TopK { get; init; }

    public int? Trials { get; init; }

    public IReadOnlyList<Stage>? Stages { get; init; }

    public int? TrialsPerTimestep { get; init; }

    public int? NoiseDraws { get; init; }

    public PredictionLoss? Loss { get; init; }

    public Weighting? Weighting { get; init; }

    public PosteriorPreset? Posterior { get; init; }

    public double? Temperature { get; init; }

    public IReadOnlyList<double>? Priors { get; init; }

    public IReadOnlyList<string>? Templates { get; init; }

    public PromptAggregation PromptAggregation { get; init; }

    public ImageMode ImageMode { get; init; }

    public ResizeFilter? Interpolation { get; init; }

    public int? DeadlineMs { get; init; }

    public static RequestSettings From(ClassificationRequest request) => new()
    {
        Seed = request.Seed,
        Strategy = request.Strategy,
        Confidence = request.Confidence,
        TopK = request.TopK,
        Trials = request.Trials,
        Stages = request.Stages,
        TrialsPerTimestep = request.TrialsPerTimestep,
        NoiseDraws = request.NoiseDraws,
        Loss = request.Loss,
        Weighting = request.Weighting,
        Posterior = request.Posterior,
        Temperature = request.Temperature,
        Priors = request.Priors,
        Templates = request.Templates,
        PromptAggregation = request.PromptAggregation,
        ImageMode = request.ImageMode,
        Interpolation = request.Interpolation,
        DeadlineMs = request.DeadlineMs,
    };
}
