using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Contracts;

/// <summary>What a client asks. Null means "the model's default"; <see cref="Scheduling.ClassificationEngine"/> checks every value.</summary>
public sealed record ClassificationRequest
{
    /// <summary>The image file: JPEG, PNG or WebP.</summary>
    public required ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>The candidates; null or empty: all classes of a class-conditional model.</summary>
    public IReadOnlyList<LabelSpec>? Labels { get; init; }

    /// <summary>Prompts of every label that has none of its own, with <c>{label}</c> in the label's place. Null: the model's template.</summary>
    public IReadOnlyList<string>? Templates { get; init; }

    /// <summary>What several prompts of one label mean.</summary>
    public PromptAggregation PromptAggregation { get; init; }

    /// <summary>Prior weights, one per label, at least 0 and not all 0; they need not sum to 1. Null: uniform.</summary>
    public IReadOnlyList<double>? Priors { get; init; }

    /// <summary>Id of the model; null: the one that <see cref="Scheduling.ModelCatalog.Choose"/> finds.</summary>
    public string? Model { get; init; }

    public Strategy? Strategy { get; init; }

    /// <summary>1−δ of <see cref="Strategy.Race"/>: how likely its winner is that of <see cref="Strategy.Fixed"/>, nominally. Null: 0.95.</summary>
    public double? Confidence { get; init; }

    /// <summary>Ends a race when this many labels are left, the certain best ones, in whatever order; 1 to 20, and less than there are labels. Null: 1.</summary>
    public int? TopK { get; init; }

    /// <summary>N, the number of (timestep, noise) pairs, at least 1.</summary>
    public int? Trials { get; init; }

    /// <summary>The stages of <see cref="Strategy.Staged"/>; null: a tenth of <see cref="Trials"/> with 5 labels kept, then all with 1.</summary>
    public IReadOnlyList<Stage>? Stages { get; init; }

    /// <summary>Draws of noise at every timestep of <see cref="Strategy.Staged"/> (the reference's <c>n_trials</c>); null: 1.</summary>
    public int? TrialsPerTimestep { get; init; }

    /// <summary>Distinct draws of noise, shared out among the trials in turn (the reference's fixed noise); null: each trial has its own.</summary>
    public int? NoiseDraws { get; init; }

    /// <summary>Noise from outside in place of seeded noise; for callers in the same process.</summary>
    public INoiseSource? Noise { get; init; }

    public PredictionLoss? Loss { get; init; }

    /// <summary>How much the error of each timestep counts; null: the model's fitted weights where it has them with a fitted β, else uniform.</summary>
    public Weighting? Weighting { get; init; }

    /// <summary>Seed of the noise and of the trial order. The same seed gives the same answer.</summary>
    public ulong Seed { get; init; }

    /// <summary>1/β of the posterior, above zero.</summary>
    public double? Temperature { get; init; }

    public PosteriorPreset? Posterior { get; init; }

    public ImageMode ImageMode { get; init; } = ImageMode.Default;

    /// <summary>The class to run in; null, or one above what the request's size allows: by its size.</summary>
    public PriorityClass? Priority { get; init; }

    /// <summary>Milliseconds from the request's arrival until an answer is due: the best so far then, if one trial is complete. Null: when it is done.</summary>
    public int? DeadlineMs { get; init; }

    /// <summary>Who asks. Set by the host, never by a request's body.</summary>
    public Caller Caller { get; init; } = Caller.Anonymous;

    /// <summary>The kernel that scales the image (the reference's <c>--interpolation</c>); null: the model's, bicubic.</summary>
    public ResizeFilter? Interpolation { get; init; }

    /// <summary>
    /// Whether the answer must not depend, not even in its last digits, on what else the server does: rows then run in batches of the
    /// device's smallest size alone, because the kernels of another size may round differently. Slower.
    /// </summary>
    public bool Deterministic { get; init; }

    /// <summary>Called once the engine has decoded <see cref="Image"/> and has no more use for its bytes; for callers in the same process.</summary>
    public Action? ImageDecoded { get; init; }

    /// <summary>The request with several images that this is one of: all of them count as one of its tenant's. Null: none.</summary>
    internal object? PartOf { get; init; }

    /// <summary>What the caller calls a label, for messages.</summary>
    internal string LabelNoun { get; init; } = "label";

    /// <summary>The field that labels come in.</summary>
    internal string LabelField => $"{LabelNoun}s";
}
