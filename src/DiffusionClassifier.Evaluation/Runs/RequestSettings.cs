using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Evaluation.Runs;

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

    public IReadOnlyList<double>? Priors { get; init; }

    public IReadOnlyList<string>? Templates { get; init; }

    public PromptAggregation PromptAggregation { get; init; }

    public ImageMode ImageMode { get; init; }

    public ResizeFilter? Interpolation { get; init; }

    public int? DeadlineMs { get; init; }

    /// <param name="request">What the caller says.</param>
    /// <param name="job">
    /// The same with the model's defaults, which another version of the model may change; null where nobody knows them.
    /// </param>
    public static RequestSettings From(ClassificationRequest request, JobSettings? job = null) => new()
    {
        Seed = request.Seed,
        Strategy = job?.Strategy ?? request.Strategy,
        Confidence = request.Confidence,
        TopK = request.TopK,
        Trials = job?.Plan.Count ?? request.Trials,
        Stages = request.StageSamples is { } samples && request.StageKeep is { } keep
            ? [.. samples.Zip(keep, (sample, kept) => new Stage(sample, kept))]
            : null,
        TrialsPerTimestep = request.TrialsPerTimestep,
        NoiseDraws = request.NoiseDraws,
        Loss = job?.Loss ?? request.Loss,
        Weighting = job?.Weighting ?? request.Weighting,
        Priors = request.Priors,
        Templates = request.Template,
        PromptAggregation = request.PromptAggregation,
        ImageMode = request.ImageMode,
        Interpolation = request.Interpolation,
        DeadlineMs = request.DeadlineMs,
    };
}
