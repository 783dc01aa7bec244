using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Evaluation.Presets;

/// <summary>Settings of a run; null: as the model recommends.</summary>
public sealed record PresetRun
{
    /// <summary>The prompt, with {label} in place of the class.</summary>
    public string? Template { get; init; }

    public PredictionLoss? Loss { get; init; }

    public Strategy? Strategy { get; init; }

    /// <summary>The stages of the strategy <c>staged</c>.</summary>
    public IReadOnlyList<Stage>? Stages { get; init; }

    public int? Trials { get; init; }
}
