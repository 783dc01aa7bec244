using System.CommandLine;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>The fields of a request as options; the engine checks their values.</summary>
internal sealed class RequestOptions
{
    private readonly Option<string[]> _labels = ValueOptions.Texts("--labels",
        "The candidates. Labels that hold commas: a JSON array. [default: all classes of the model]", "\"cat,dog\"");

    private readonly Option<double[]?> _priors = ValueOptions.Numbers("--priors",
        "How likely each label is before looking, in the order of the labels; they need not sum to 1. [default: all equal]", "1,2");

    private readonly Option<int?> _trials = ValueOptions.Number<int>("--trials",
        "How many noises each label is tested with: more are slower and more certain. [default: as the model recommends]", "a whole number");

    private readonly Option<Strategy?> _strategy = ValueOptions.Choice<Strategy>("--strategy",
        "How the work is spread over the labels. [default: as the model recommends]");

    private readonly Option<PredictionLoss?> _loss = ValueOptions.Choice<PredictionLoss>("--loss",
        "How far a predicted noise is from the true one. [default: as the model recommends]");

    private readonly Option<ulong?> _seed = ValueOptions.Number<ulong>("--seed",
        "Seed of the noise: the same seed gives the same answer. [default: 0]", "a whole number of at least 0");

    private readonly Option<PosteriorPreset?> _posterior = ValueOptions.Choice<PosteriorPreset>("--posterior",
        "How errors become probabilities. [default: fitted where the model has it, else paper]");

    private readonly Option<double?> _temperature = ValueOptions.Number<double>("--temperature",
        "1/β of the posterior, instead of a preset: higher is less sure.", "a number");

    private readonly Option<ImageMode?> _imageMode = ValueOptions.Choice<ImageMode>("--image-mode",
        "How picture files are read: as a viewer shows them, or as the paper's code does. [default: default]");

    public IEnumerable<Option> All => [_labels, _priors, _trials, _strategy, _loss, _seed, _posterior, _temperature, _imageMode];

    /// <returns>A request that lacks its image.</returns>
    public ClassificationRequest Read(ParseResult parsed) => new()
    {
        Image = default,
        Labels = parsed.GetValue(_labels) is { Length: > 0 } labels ? LabelSpec.FromStrings(labels) : null,
        Priors = parsed.GetValue(_priors),
        Trials = parsed.GetValue(_trials),
        Strategy = parsed.GetValue(_strategy),
        Loss = parsed.GetValue(_loss),
        Seed = parsed.GetValue(_seed) ?? 0,
        Posterior = parsed.GetValue(_posterior),
        Temperature = parsed.GetValue(_temperature),
        ImageMode = parsed.GetValue(_imageMode) ?? ImageMode.Default,
    };
}
