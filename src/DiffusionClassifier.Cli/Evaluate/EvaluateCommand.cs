using System.CommandLine;
using DiffusionClassifier.Cli.Evaluate.Banks;
using DiffusionClassifier.Cli.Evaluate.Presets;
using DiffusionClassifier.Cli.Evaluate.Runs;
using DiffusionClassifier.Cli.Evaluate.Winoground;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Models;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring.Banks;

namespace DiffusionClassifier.Cli.Evaluate;

/// <summary><c>dclassify evaluate</c>: how good a model is on labelled pictures.</summary>
internal sealed class EvaluateCommand
{
    private readonly Engines _engines;
    private readonly EvaluateOptions _options = new();

    private EvaluateCommand(Engines engines) => _engines = engines;

    public static Command Create(Engines engines) => new EvaluateCommand(engines).Build();

    private Command Build()
    {
        var command = new Command("evaluate", "Say how good a model is on labelled pictures: accuracy, confusion, calibration and cost, as report.json, .md and .html.");
        foreach (Option option in _options.All)
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        EvaluateArguments arguments = _options.Read(parsed);
        ClassificationRequest request = _options.Request.Read(parsed);
        if (arguments.Replay is { } file)
        {
            ErrorBank bank = ErrorBank.Load(file);
            return Task.FromResult(BankEvaluation.Report(arguments, file, bank, MakerOf(bank, parsed), request, []));
        }

        SingleModel model = ModelChooser.Choose(_engines, parsed.GetValue(_options.Model), parsed.GetValue(_options.Models));
        request = PresetRequest.Apply(arguments.Preset, request, model.Manifest, forBank: arguments.Bank is not null);
        var workplace = new Workplace(_engines, model, parsed.GetValue(_options.Device), parsed.GetValue(SharedOptions.Verbose));
        return arguments switch
        {
            { Data.IsWinoground: true } => new WinogroundEvaluation(workplace, arguments).RunAsync(request, cancellationToken),
            { Bank: not null } => new BankEvaluation(workplace, arguments).RunAsync(request, cancellationToken),
            _ => new LiveEvaluation(workplace, arguments).RunAsync(request, cancellationToken),
        };
    }

    // A bank is replayed without its model; where that is here, its fitted posterior counts as it does in a run.
    private ModelManifest? MakerOf(ErrorBank bank, ParseResult parsed)
    {
        string? named = parsed.GetValue(_options.Model), models = parsed.GetValue(_options.Models);
        if (named is not null)
            return ModelChooser.Choose(_engines, named, models).RequireMakerOf(bank).Manifest;
        return bank.Settings is { ModelDigest: { } digest } settings && ModelChooser.Find(_engines, settings.Model, models) is { } model && model.Digest() == digest ? model.Manifest : null;
    }
}
