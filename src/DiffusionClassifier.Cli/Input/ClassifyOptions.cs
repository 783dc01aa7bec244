using System.CommandLine;
using DiffusionClassifier.Cli.Errors;

namespace DiffusionClassifier.Cli.Input;

/// <summary>The fields of a request to classify as options; the engine checks their values.</summary>
internal sealed class ClassifyOptions
{
    private readonly CommonOptions _common = new();

    private readonly TextList _labels = new(
        ValueOptions.Texts(
            "--labels", "The candidates. Labels that hold commas: a JSON array. [default: all classes of the model]", "\"cat,dog\""),
        "--labels-file", "The candidates, one a line, as UTF-8.");

    private readonly Option<double[]?> _priors = ValueOptions.Numbers<double>("--priors",
        "How likely each label is before looking, in the order of the labels; they need not sum to 1. [default: all equal]", "1,2");

    private readonly Option<string[]> _templates = ValueOptions.WholeTexts("--template",
        "The prompt of a label, for models that read text; may be repeated. [default: as the model recommends]",
        "\"a photo of a {label}.\"");

    private readonly Option<PromptAggregation?> _aggregation = ValueOptions.Choice<PromptAggregation>("--prompt-aggregation",
        "What several prompts of a label mean: their mean, or the best one. [default: mean]");

    private readonly Option<Strategy?> _strategy = ValueOptions.Choice<Strategy>("--strategy",
        "How the work is spread over the labels: race stops for labels that have lost, fixed never does, "
            + "fast stops sooner and promises nothing. [default: as the model recommends]");

    private readonly Option<double?> _confidence = ValueOptions.Number<double>("--confidence",
        "Strategy race: how likely its winner is that of fixed, from 0.5 to 0.9999. [default: 0.95]", "a number");

    private readonly Option<int?> _topK = ValueOptions.Number<int>("--top-k",
        "Strategies race, fast, clark-jaini: stop when the best so many labels are certain, in whatever order. [default: 1]",
        "a whole number");

    private readonly Option<int[]?> _stageSamples = ValueOptions.Numbers<int>("--stage-samples",
        "Strategy staged: timesteps of every stage, the paper's n_samples. [default: a tenth of the trials, then all]", "50,500");

    private readonly Option<int[]?> _stageKeep = ValueOptions.Numbers<int>("--stage-keep",
        "Strategy staged: labels that go on after every stage, the paper's to_keep. [default: 5,1]", "5,1");

    private readonly Option<int?> _trialsPerTimestep = ValueOptions.Number<int>("--trials-per-timestep",
        "Strategy staged: noises at every timestep, the paper's n_trials. [default: 1]", "a whole number");

    private readonly Option<int?> _deadline = ValueOptions.Number<int>("--deadline",
        "Milliseconds a picture may take: then its best answer so far. [default: until all is done]", "a whole number");

    public IEnumerable<Option> All =>
        [
            .. _labels.All,
            _priors,
            _templates,
            _aggregation,
            _strategy,
            _confidence,
            _topK,
            _stageSamples,
            _stageKeep,
            _trialsPerTimestep,
            _deadline,
            .. _common.All,
        ];

    /// <returns>A request that lacks its image.</returns>
    /// <exception cref="UserException">The stages do not fit together, or the labels cannot be read.</exception>
    public ClassificationRequest Read(ParseResult parsed) => _common.Read(parsed) with
    {
        Labels = _labels.Read(parsed) is { Length: > 0 } labels ? LabelSpec.FromStrings(labels) : null,
        Priors = parsed.GetValue(_priors),
        Template = parsed.GetValue(_templates) is { Length: > 0 } templates ? templates : null,
        PromptAggregation = parsed.GetValue(_aggregation) ?? PromptAggregation.Mean,
        Strategy = parsed.GetValue(_strategy),
        Confidence = parsed.GetValue(_confidence),
        TopK = parsed.GetValue(_topK),
        StageSamples = Stages(parsed).Samples,
        StageKeep = Stages(parsed).Keep,
        TrialsPerTimestep = parsed.GetValue(_trialsPerTimestep),
        DeadlineMs = parsed.GetValue(_deadline),
    };

    // An option that is not given is an empty array to the parser.
    private (int[]? Samples, int[]? Keep) Stages(ParseResult parsed) => (parsed.GetValue(_stageSamples), parsed.GetValue(_stageKeep)) switch
    {
        (null or [], null or []) => (null, null),
        ({ } samples, { } keep) when samples.Length == keep.Length => (samples, keep),
        var (samples, keep) =>
            throw new UserException(
                $"--stage-samples has {samples?.Length ?? 0} numbers and --stage-keep {keep?.Length ?? 0}: "
                    + "give one of each for every stage."),
    };
}
