using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Models;

/// <summary>Everything about a model that can be known without running it, read from its bundle. Immutable.</summary>
public sealed record ModelManifest
{
    /// <summary>The name by which requests choose the model: its folder's name.</summary>
    public required string Id { get; init; }

    public required string DisplayName { get; init; }

    public string? License { get; init; }

    /// <summary>The architecture that it was recognized as, such as <c>Stable Diffusion</c>; null: unnamed.</summary>
    public string? Family { get; init; }

    /// <summary>Bytes of all its files with weights, which is about the memory that it takes on a device; 0: unknown.</summary>
    public long WeightBytes { get; init; }

    /// <summary>Memory that one prompt takes as the denoiser is told it, about; 0 for classes.</summary>
    public long PromptBytes { get; init; }

    public required ConditioningKind Conditioning { get; init; }

    /// <summary>The classes in the order of their ids; empty for a text-conditional model.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Whether one row gives the errors of all classes: the denoiser is told none, and predicts for each.</summary>
    public bool AllClassesAtOnce { get; init; }

    /// <summary>
    /// How many rows of a batch share image and trial in a request that names no labels, and so asks for all classes; 1 if there are no
    /// classes to ask for. For measurements with batches like those of requests.
    /// </summary>
    public int RowsPerSlot => AllClassesAtOnce ? 1 : Math.Max(1, Classes.Count);

    /// <summary>How many rows a trial of so many prompts is.</summary>
    public int RowsOf(int prompts) => AllClassesAtOnce ? 1 : prompts;

    /// <summary>The id that stands for "no class" in a class-conditional model; never a label.</summary>
    public int? NullClass { get; init; }

    /// <summary>The prompt of a label in a text-conditional model: <c>{label}</c> stands for the label.</summary>
    public string Template { get; init; } = "{label}";

    public required LatentShape Latent { get; init; }

    /// <summary>Factor by which the VAE's latents are multiplied, after <see cref="LatentShift"/> is taken off; 1 in pixel space.</summary>
    public double LatentScale { get; init; } = 1;

    public double LatentShift { get; init; }

    /// <summary>Whether the denoiser also predicts its variance, in the same number of extra channels (DiT's learned sigma).</summary>
    public bool LearnedVariance { get; init; }

    /// <summary>Whether the export takes one timestep for the whole batch: rows are then grouped by timestep.</summary>
    public bool ScalarTimestep { get; init; }

    public required ImagePreprocessing Preprocessing { get; init; }

    /// <summary>How images become noise, and what the denoiser's output says of it.</summary>
    public required ForwardProcess Process { get; init; }

    /// <summary>First timestep that trials may use.</summary>
    public required int TimestepFrom { get; init; }

    /// <summary>End of the timesteps that trials may use, exclusive.</summary>
    public required int TimestepTo { get; init; }

    /// <summary>
    /// Whether timestep <see cref="TimestepTo"/> was left out because every label has the same error there (zero terminal SNR): the staged
    /// strategy still cuts its grid from the whole range, as the reference does.
    /// </summary>
    public bool LastTimestepLeftOut { get; init; }

    /// <summary>The number of trials of a request that does not set it.</summary>
    public required int DefaultTrials { get; init; }

    /// <summary>The loss of a request that does not set it.</summary>
    public PredictionLoss DefaultLoss { get; init; } = PredictionLoss.L2;

    /// <summary>The strategy of a request that does not set it.</summary>
    public Strategy DefaultStrategy { get; init; } = Strategy.Race;

    /// <summary>β fitted to labeled data, per loss, for errors of equal weight.</summary>
    public IReadOnlyDictionary<PredictionLoss, double> FittedBetas { get; init; } = new Dictionary<PredictionLoss, double>();

    /// <summary>Weights of the timesteps fitted to labeled data, per loss.</summary>
    public IReadOnlyDictionary<PredictionLoss, FittedWeighting> FittedWeightings { get; init; } =
        new Dictionary<PredictionLoss, FittedWeighting>();

    /// <summary>The number of trials whose mean errors β was fitted to, per loss, if the bundle says.</summary>
    public IReadOnlyDictionary<PredictionLoss, int> CalibratedTrials { get; init; } = new Dictionary<PredictionLoss, int>();

    /// <summary>Draws that tell classes apart, per loss, if some were chosen.</summary>
    public IReadOnlyDictionary<PredictionLoss, ChosenDraws> ChosenDraws { get; init; } = new Dictionary<PredictionLoss, ChosenDraws>();

    /// <summary>How large the errors of images that the model knows are, per loss, if that was measured.</summary>
    public IReadOnlyDictionary<PredictionLoss, UsualErrors> UsualErrors { get; init; } = new Dictionary<PredictionLoss, UsualErrors>();

    /// <summary>Element type of the denoiser's tensors: "float32" or "float16".</summary>
    public required string DataType { get; init; }

    /// <summary>Whether the denoiser computes in float16.</summary>
    public bool IsHalf => DataType == "float16";

    /// <summary>What is odd about the bundle but does not keep it from working, in sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The β that was fitted for a loss and weighting, or null: with other weights a β means nothing.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="weighting">How much the error of each timestep counts.</param>
    public double? FittedBeta(PredictionLoss loss, Weighting weighting) => weighting switch
    {
        Weighting.Uniform => FittedBetas.TryGetValue(loss, out double beta) ? beta : null,
        Weighting.Fitted => FittedWeightings.GetValueOrDefault(loss)?.Beta,
        _ => null,
    };

    /// <summary>What clients are told about the model.</summary>
    /// <param name="isDefault">Whether it answers requests that name no model.</param>
    public ModelDescription Describe(bool isDefault) => new(
        Id,
        DisplayName,
        License,
        Conditioning,
        Conditioning == ConditioningKind.Class ? Classes : null,
        isDefault,
        Preprocessing.Size,
        [Latent.Channels, Latent.Height, Latent.Width],
        DefaultTrials,
        DefaultStrategy,
        DefaultLoss,
        [TimestepFrom, TimestepTo],
        [.. FittedBetas.Keys.Union(FittedWeightings.Where(fitted => fitted.Value.Beta is not null).Select(fitted => fitted.Key)).Order()],
        [.. FittedWeightings.Keys.Order()],
        DataType,
        Warnings)
    {
        Family = Family,
        Bytes = WeightBytes > 0 ? WeightBytes : null,
    };
}
