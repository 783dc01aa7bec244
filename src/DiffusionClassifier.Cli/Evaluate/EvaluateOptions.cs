using System.CommandLine;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Harness;
using DiffusionClassifier.Evaluation.Presets;
using DiffusionClassifier.Evaluation.Reports;

namespace DiffusionClassifier.Cli.Evaluate;

/// <summary>The options of <c>dclassify evaluate</c>.</summary>
internal sealed class EvaluateOptions
{
    // What a replay reads: other options would silently have no effect.
    private static readonly string[] OfReplay =
    [
        "--replay", "--out", "--preset", "--class-names", "--posterior", "--temperature", "--model", "--models", "--json",
    ];

    private const string Plain = "-_./:,=@+"; // besides letters: what is not special to any shell

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The labeled images: folder (a folder for each class), csv (path,label), cifar10 and cifar100 (binary records), "
            + "mnist (idx files), winoground (a folder with captions and images).",
        HelpName = "KIND:PATH",
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "The folder for results and report; an interrupted run resumes there.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _bank = new("--bank")
    {
        Description = "Store the errors of all labels on all trials as an .npz file, once; then replay every strategy on them.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _replay = new("--replay")
    {
        Description = "Run every strategy on stored errors, without a model.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _preset = new("--preset")
    {
        Description = "Classes, prompts and settings of one of the paper's data sets: "
            + $"{string.Join(", ", PresetLibrary.Names)}; or a JSON file.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _classNames = new("--class-names")
    {
        Description = "Names of the data's classes: one per line in their order, or folder, tab, name.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _compareFixed = new("--compare-fixed")
    {
        Description = "Also run all labels on all trials for every image, and say how often the answer is the same.",
    };

    private readonly Option<bool> _normalize = new("--normalize-by-null")
    {
        Description = "winoground: subtract the error without a caption, so that images can be compared.",
    };

    private readonly Option<int?> _limit = ValueOptions.Number<int>(
        "--limit", "How many images, chosen by the seed; a larger limit adds to a smaller one. [default: all]", "a whole number");

    private readonly Option<string?> _range = new("--range")
    {
        Description = "Only the images with these numbers in the data, as in 0-999 or 1000-: to choose on some and measure on the others.",
        HelpName = "FIRST-LAST",
    };

    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "Part i of n, for n machines. A run without --shard that joins them (--join) gives the whole report.",
        HelpName = "i/n",
    };

    private readonly Option<string[]> _join = ValueOptions.WholeTexts(
        "--join", "Include the results of a shard: its --out folder, or with --bank its bank; may be repeated.", "DIR|FILE");
    private readonly ExplanationJudgingOptions _explanations = new();
    private readonly BaselineOptions _baseline = new();
    private readonly Option<bool> _json = SharedOptions.Json("Print the report as JSON.");

    public ClassifyOptions Request { get; } = new();

    public Option<string?> Model { get; } = SharedOptions.Model();

    public Option<string?> Models { get; } = SharedOptions.Models();

    public Option<DeviceOptions?> Device { get; } = SharedOptions.Device();

    public IEnumerable<Option> All =>
        [
            _data,
            _out,
            _bank,
            _replay,
            _preset,
            _classNames,
            _limit,
            _range,
            _shard,
            _join,
            _compareFixed,
            _normalize,
            .. _explanations.All,
            .. _baseline.All,
            .. Request.All,
            Model,
            Models,
            Device,
            _json,
        ];

    /// <exception cref="UserException">The options do not fit together.</exception>
    /// <exception cref="EvaluationException">A file or a value of an option cannot be used.</exception>
    public EvaluateArguments Read(ParseResult parsed)
    {
        string? data = parsed.GetValue(_data), replay = parsed.GetValue(_replay);
        string? bank = parsed.GetValue(_bank), folder = parsed.GetValue(_out);
        if ((data is null) == (replay is null))
        {
            throw new UserException(
                data is null ? "Give --data KIND:PATH, or --replay FILE." : "--replay needs no --data: its errors are stored.");
        }

        if (replay is not null
            && All.FirstOrDefault(
                option => !OfReplay.Contains(option.Name) && parsed.GetResult(option) is { Implicit: false }) is { } useless)
        {
            throw new UserException($"--replay runs every strategy on all of the stored errors: leave out {useless.Name}.");
        }

        if (replay is not null && !File.Exists(replay))
            throw new UserException($"--replay: there is no file {replay}.");
        if (folder is null && bank is null)
            throw new UserException("Give --out DIR, the folder for results and report.");
        if (bank is not null && parsed.GetValue(_compareFixed))
            throw new UserException("--bank runs all labels on all trials already: leave out --compare-fixed.");
        var source = data is null ? null : DataSource.Parse(data);
        if (parsed.GetValue(_normalize) && source is not { IsWinoground: true })
            throw new UserException("--normalize-by-null is for winoground: leave it out.");
        var plan = new EvaluationPlan(
            source,
            folder,
            bank,
            PresetLibrary.Find(parsed.GetValue(_preset)),
            parsed.GetValue(_classNames) is { } names ? new ClassNameFile(names) : null,
            DataSubset.Create(parsed.GetValue(_limit), parsed.GetValue(_shard), parsed.GetValue(_range)),
            parsed.GetValue(_join) ?? [],
            parsed.GetValue(_compareFixed),
            parsed.GetValue(_normalize))
        {
            Origin = ReportOrigin.Here(
                $"dclassify {string.Join(' ', parsed.Tokens.Select(token => Quoted(token.Value)))}", TimeProvider.System),
        };
        return new EvaluateArguments(_baseline.Read(parsed, _explanations.Read(parsed, plan)), replay, parsed.GetValue(_json));
    }

    // Quoted for a shell.
    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(letter => char.IsLetterOrDigit(letter) || Plain.Contains(letter))
        ? argument
        : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
