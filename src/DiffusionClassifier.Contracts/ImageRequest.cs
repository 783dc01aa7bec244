using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace DiffusionClassifier.Contracts;

/// <summary>
/// The fields that all requests about images share. Null means "the model's default"; the engine checks every value. A property is the
/// field of its name in camelCase; one with a <see cref="DescriptionAttribute"/>, which is its help, is also an option of the command line;
/// those with a <see cref="DisplayAttribute"/> are what forms show first, in its order, and the others are advanced.
/// </summary>
public abstract record ImageRequest
{
    /// <summary>The largest seed: the largest integer that every JSON reader keeps exactly.</summary>
    public const long MaxSeed = (1L << 53) - 1;

    /// <summary>The most trials, or draws of noise, that anything may ask for.</summary>
    public const int MaxTrials = 1_000_000;

    /// <summary>
    /// Id of the model (GET /models). Default: the server's default model; where that knows only classes, no label (or caption) is one of
    /// them and not all look like one misspelt, the model that reads text if there is exactly one.
    /// </summary>
    [Display(Order = 3)]
    public string? Model { get; init; }

    /// <summary>
    /// Number of trials: (timestep, noise) pairs that all labels share. More trials, smaller standard errors. Rows (labels × trials) may
    /// be at most {MaxRowsPerRequest}. Default: the model's.
    /// </summary>
    [Description(
        "How many noises each label is tested with: more are slower and more certain. [default: as the model "
        + "recommends]")]
    [Range(1, MaxTrials)]
    public int? Trials { get; init; }

    /// <summary>
    /// Loss between true and predicted noise. <c>vlb</c> and <c>l2-vlb</c> need a model that predicts its variance (DiT). Default: the
    /// model's.
    /// </summary>
    [Description("How far a predicted noise is from the true one. [default: as the model recommends]")]
    public PredictionLoss? Loss { get; init; }

    /// <summary>
    /// How much the error of each timestep counts; the weights have mean 1. <c>uniform</c>: all alike. <c>fitted</c>: as fitted to labelled
    /// data of the model (<c>fittedWeights</c> of GET /models says for which losses). For the loss l2 also <c>clark-jaini</c>:
    /// exp(−7t/T)/SNR(t), and <c>vlb</c>: the variational bound's own weights. A fitted β holds for its own weighting only. Default:
    /// fitted where the model has weights with a fitted β, else uniform.
    /// </summary>
    [Description("How much the error of each timestep counts. [default: fitted where the model has it, else uniform]")]
    public Weighting? Weighting { get; init; }

    /// <summary>Seed of the noise and of the trial order; the same seed gives the same answer.</summary>
    [Description("Seed of the noise: the same seed gives the same answer. [default: 0]")]
    [Range(0, MaxSeed), DefaultValue(0)]
    public ulong Seed { get; init; }

    /// <summary>Distinct draws of noise, shared out among the trials in turn. Default: every trial has its own.</summary>
    [Description("Distinct noises, shared out among the trials in turn. [default: one for each trial]")]
    [Range(1, MaxTrials)]
    public int? NoiseDraws { get; init; }

    /// <summary>1/β of the posterior softmax(log prior − β·meanError), above 0. Wins over <c>posterior</c>.</summary>
    [Description("1/β of the posterior, instead of a preset: higher is less sure.")]
    public double? Temperature { get; init; }

    /// <summary>
    /// Where β comes from. <c>paper</c>: channels·height·width; <c>mean</c>: 1; <c>fitted</c>: the model's calibration. Default: fitted
    /// where the model has it for this loss and weighting, else paper.
    /// </summary>
    [Description("How errors become probabilities. [default: fitted where the model has it, else paper]")]
    public PosteriorPreset? Posterior { get; init; }

    /// <summary>
    /// <c>default</c>: as a viewer shows the file (EXIF orientation, colour profile, alpha over white). <c>reference</c>: as the paper's
    /// Python code reads it.
    /// </summary>
    [Description("How picture files are read: as a viewer shows them, or as the paper's code does. [default: default]")]
    [DefaultValue(ImageMode.Default)]
    public ImageMode ImageMode { get; init; } = ImageMode.Default;

    /// <summary>The kernel that scales the image. Default: bicubic.</summary>
    [Description("The kernel that scales pictures. [default: bicubic]")]
    public ResizeFilter? Interpolation { get; init; }

    /// <summary>
    /// Whether the answer must repeat to the last digit whatever else the server does, and on another replica of the same kind: rows then
    /// run in the smallest batches only, which is slower. Default: equal but for rounding.
    /// </summary>
    [Description("Run rows in the smallest batches only, so that every digit of the answer repeats. Slower.")]
    [DefaultValue(false)]
    public bool Deterministic { get; init; }

    /// <summary>
    /// The class to run in: devices work for waiting classes in the ratio 60 : 30 : 10. A request of at most {InteractiveRows} rows is
    /// <c>interactive</c>, of at most {StandardRows} <c>standard</c>, else <c>bulk</c>; a client may only lower its own. Default: by size.
    /// </summary>
    public PriorityClass? Priority { get; init; }
}
