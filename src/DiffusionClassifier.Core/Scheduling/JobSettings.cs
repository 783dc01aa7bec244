using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>A request with every default filled in and every value checked; made by <see cref="RequestValidator"/> alone. Immutable.</summary>
internal sealed record JobSettings
{
    public required ModelManifest Manifest { get; init; }

    /// <summary>The labels as the request wrote them.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>What stands for each label at <see cref="IDiffusionModel.EncodePrompt"/>.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    /// <summary>One prior per label; they sum to 1.</summary>
    public required double[] Priors { get; init; }

    public required Strategy Strategy { get; init; }

    public required int Trials { get; init; }

    public required PredictionLoss Loss { get; init; }

    public required ulong Seed { get; init; }

    public required Sharpness Sharpness { get; init; }

    public required ImageMode ImageMode { get; init; }

    /// <summary>Rows of the strategy <c>fixed</c>, the most that any strategy costs.</summary>
    public int FixedRows => Labels.Count * Trials;
}
