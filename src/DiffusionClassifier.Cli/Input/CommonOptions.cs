using System.CommandLine;

namespace DiffusionClassifier.Cli.Input;

/// <summary>The fields that all requests about images share, as options; the engine checks their values.</summary>
internal sealed class CommonOptions
{
    private readonly Option<int?> _trials = ValueOptions.Number<int>("--trials",
        "How many noises each label is tested with: more are slower and more certain. [default: as the model recommends]",
        "a whole number");

    private readonly Option<PredictionLoss?> _loss = ValueOptions.Choice<PredictionLoss>("--loss",
        "How far a predicted noise is from the true one. [default: as the model recommends]");

    private readonly Option<Weighting?> _weighting = ValueOptions.Choice<Weighting>("--weighting",
        "How much the error of each timestep counts. [default: fitted where the model has it, else uniform]");

    private readonly Option<ulong?> _seed = ValueOptions.Number<ulong>("--seed",
        "Seed of the noise: the same seed gives the same answer. [default: 0]", "a whole number of at least 0");

    private readonly Option<int?> _noiseDraws = ValueOptions.Number<int>("--noise-draws",
        "Distinct noises, shared out among the trials in turn. [default: one for each trial]", "a whole number");

    private readonly Option<PosteriorPreset?> _posterior = ValueOptions.Choice<PosteriorPreset>("--posterior",
        "How errors become probabilities. [default: fitted where the model has it, else paper]");

    private readonly Option<double?> _temperature = ValueOptions.Number<double>("--temperature",
        "1/β of the posterior, instead of a preset: higher is less sure.", "a number");

    private readonly Option<ImageMode?> _imageMode = ValueOptions.Choice<ImageMode>("--image-mode",
        "How picture files are read: as a viewer shows them, or as the paper's code does. [default: default]");

    private readonly Option<ResizeFilter?> _interpolation = ValueOptions.Choice<ResizeFilter>("--interpolation",
        "The kernel that scales pictures. [default: bicubic]");

    private readonly Option<bool> _deterministic = new("--deterministic")
    {
        Description = "Run rows in the smallest batches only, so that every digit of the answer repeats. Slower.",
    };

    public IEnumerable<Option> All =>
        [_trials, _loss, _weighting, _seed, _noiseDraws, _posterior, _temperature, _imageMode, _interpolation, _deterministic];

    /// <returns>A request that lacks its image and its labels.</returns>
    public ClassificationRequest Read(ParseResult parsed) => new()
    {
        Image = default,
        Trials = parsed.GetValue(_trials),
        Loss = parsed.GetValue(_loss),
        Weighting = parsed.GetValue(_weighting),
        Seed = parsed.GetValue(_seed) ?? 0,
        NoiseDraws = parsed.GetValue(_noiseDraws),
        Posterior = parsed.GetValue(_posterior),
        Temperature = parsed.GetValue(_temperature),
        ImageMode = parsed.GetValue(_imageMode) ?? ImageMode.Default,
        Interpolation = parsed.GetValue(_interpolation),
        Deterministic = parsed.GetValue(_deterministic),
    };
}
