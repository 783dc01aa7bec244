using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Requests;

/// <summary>
/// A request with every default filled in and every value checked; made by <see cref="RequestValidator"/> alone. Immutable.
/// </summary>
public sealed record JobSettings
{
    /// <summary>The model that answers.</summary>
    public required LoadedModel Model { get; init; }

    internal ModelManifest Manifest => Model.Manifest;

    /// <summary>The labels as the request wrote them.</summary>
    public required IReadOnlyList<LabelSpec> Labels { get; init; }

    /// <summary>
    /// What is passed for the labels to <see cref="IDiffusionModel.EncodePrompts"/>: all prompts of the first label, then of the second …
    /// </summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    /// <summary>Which prompts race as one, and for which label.</summary>
    public required IReadOnlyList<Arm> Arms { get; init; }

    /// <summary>One prior per label; they sum to 1.</summary>
    public required double[] Priors { get; init; }

    /// <summary>What decides which labels stay in the race.</summary>
    public required Strategy Strategy { get; init; }

    /// <summary>The trials in their order.</summary>
    public required TrialPlan Plan { get; init; }

    /// <summary>The draws that the plan begins with; null: it is even.</summary>
    internal ChosenDraws? Chosen { get; init; }

    /// <summary>How many of the first trials are chosen draws.</summary>
    internal int ChosenDraws { get; init; }

    /// <summary>The stages, where <see cref="Strategy"/> is <see cref="Strategy.Staged"/>.</summary>
    internal StagedPlan? Staged { get; init; }

    /// <summary>The request that this is a block of; null: it is none.</summary>
    internal JobSettings? BlockOf { get; init; }

    /// <summary>δ, the nominal probability that a race answers differently from <see cref="Strategy.Fixed"/>.</summary>
    public required double Delta { get; init; }

    /// <summary>What the winner is compared with by an explanation; null: none is asked for.</summary>
    internal Contrast? Contrast { get; init; }

    /// <summary>The prompt that is asked on every trial without taking part in the race; null: none.</summary>
    internal int? Reference { get; init; }

    /// <summary>The answer is none of the labels if the winner's posterior is below this; null: never.</summary>
    internal double? RejectBelow { get; init; }

    /// <summary>The class model that a free-text model replaces without being named in the request; null: none.</summary>
    public string? InsteadOf { get; init; }

    /// <summary>A race ends when this many labels are left, at least 1.</summary>
    public required int TopK { get; init; }

    /// <summary>ε of every trial.</summary>
    public required INoiseSource Noise { get; init; }

    /// <summary>How far a prediction is from the noise.</summary>
    public required PredictionLoss Loss { get; init; }

    /// <summary>How much the error of each timestep counts.</summary>
    public Weighting Weighting { get; init; }

    /// <summary>The factor of the error at each position of <see cref="Plan"/>, with mean 1; null: all are 1.</summary>
    internal double[]? Weights { get; init; }

    /// <summary>Seed of noise and trial order.</summary>
    public required ulong Seed { get; init; }

    /// <summary>β of the posterior, and where it is from.</summary>
    public required Sharpness Sharpness { get; init; }

    /// <summary>How the image file is read.</summary>
    public required ImageMode ImageMode { get; init; }

    /// <summary>How the image is cropped and scaled.</summary>
    public required ImagePreprocessing Preprocessing { get; init; }

    /// <summary>Who asks: devices are shared among tenants.</summary>
    internal string Tenant { get; init; } = Caller.Anonymous.Tenant;

    internal PriorityClass Priority { get; init; }

    /// <summary>Whether its rows run only in batches of the smallest size, with other such rows.</summary>
    internal bool Deterministic { get; init; }

    /// <summary>What the client should know about how its request was understood.</summary>
    internal IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Rows of the strategy <c>fixed</c>, the most that any strategy costs.</summary>
    public int FixedRows => Manifest.RowsOf(Prompts.Count) * Plan.Count;

    /// <summary>
    /// Tells apart settings that would give other errors or another race: SHA-256 of prompts, trials, weights and all that decides, in
    /// hexadecimal. Defaults of a model may change while a job waits.
    /// </summary>
    public string Digest()
    {
        var text = new StringBuilder();
        text.AppendJoin('\n', Prompts).Append('\n');
        text.AppendJoin(';', Arms.Select(arm => $"{arm.Label}:{string.Join(',', arm.Prompts)}")).Append('\n');
        text.AppendJoin(';', Enumerable.Range(0, Plan.Count).Select(position => $"{Plan[position].Timestep}:{Plan[position].NoiseIndex}"));
        text.AppendJoin(';', (Weights ?? []).Concat(Priors).Append(Sharpness.Beta).Append(Delta).Select(
            number => number.ToString("R", CultureInfo.InvariantCulture)));
        text.Append(CultureInfo.InvariantCulture, $"\n{Model.Id} {Strategy} {Loss} {Seed} {TopK} {ImageMode} {Preprocessing}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>β of the means over the first trials: that of chosen draws where there are no others.</summary>
    internal Sharpness SharpnessOf(int trials) =>
        Sharpness.Calibrated && trials <= ChosenDraws && DrawPlan.Beta(Chosen, trials) is { } beta
            ? Sharpness with { Beta = beta }
            : Sharpness;

    /// <summary>What decides which labels stay in the race, by the strategy.</summary>
    internal IElimination CreateElimination()
    {
        double[] handicaps = Posterior.Handicaps(Priors, Sharpness.Beta);
        return Eliminations.Create(Strategy, Plan.Count, [.. Arms.Select(arm => handicaps[arm.Label])], Delta, TopK, Staged);
    }
}
