using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Requests;

/// <summary>
/// A request with every default filled in and every value checked; made by <see cref="RequestValidator"/> alone. Immutable.
/// </summary>
internal sealed record JobSettings
{
    public required LoadedModel Model { get; init; }

    public ModelManifest Manifest => Model.Manifest;

    /// <summary>The labels as the request wrote them.</summary>
    public required IReadOnlyList<LabelSpec> Labels { get; init; }

    /// <summary>
    /// What stands for the labels at <see cref="IDiffusionModel.EncodePrompts"/>: all prompts of the first label, then of the second …
    /// </summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    /// <summary>Which prompts race as one, and for which label.</summary>
    public required IReadOnlyList<Arm> Arms { get; init; }

    /// <summary>One prior per label; they sum to 1.</summary>
    public required double[] Priors { get; init; }

    public required Strategy Strategy { get; init; }

    /// <summary>The trials in their order.</summary>
    public required TrialPlan Plan { get; init; }

    /// <summary>The stages, where <see cref="Strategy"/> is <see cref="Strategy.Staged"/>.</summary>
    public StagedPlan? Staged { get; init; }

    /// <summary>δ, the nominal probability that a race answers other than <see cref="Strategy.Fixed"/> would.</summary>
    public required double Delta { get; init; }

    /// <summary>A race ends when this many labels are left, at least 1.</summary>
    public required int TopK { get; init; }

    public required INoiseSource Noise { get; init; }

    public required PredictionLoss Loss { get; init; }

    public Weighting Weighting { get; init; }

    /// <summary>The factor of the error at each position of <see cref="Plan"/>, with mean 1; null: all are 1.</summary>
    public double[]? Weights { get; init; }

    public required ulong Seed { get; init; }

    public required Sharpness Sharpness { get; init; }

    public required ImageMode ImageMode { get; init; }

    public required ImagePreprocessing Preprocessing { get; init; }

    /// <summary>Who asks: devices are shared among tenants.</summary>
    public string Tenant { get; init; } = Caller.Anonymous.Tenant;

    public PriorityClass Priority { get; init; }

    /// <summary>Whether its rows run in batches of the smallest size only, with other such rows.</summary>
    public bool Deterministic { get; init; }

    /// <summary>What the client should know of how its request was understood.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Rows of the strategy <c>fixed</c>, the most that any strategy costs.</summary>
    public int FixedRows => Prompts.Count * Plan.Count;

    /// <summary>Who goes on, by the strategy.</summary>
    public IElimination CreateElimination()
    {
        double[] handicaps = Posterior.Handicaps(Priors, Sharpness.Beta);
        return Eliminations.Create(Strategy, Plan.Count, [.. Arms.Select(arm => handicaps[arm.Label])], Delta, TopK, Staged);
    }
}
