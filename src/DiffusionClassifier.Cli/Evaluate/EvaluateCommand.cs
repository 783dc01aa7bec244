using System.CommandLine;
using DiffusionClassifier.Cli.Catalog;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Harness;
using DiffusionClassifier.Evaluation.Live;
using DiffusionClassifier.Evaluation.Presets;
using DiffusionClassifier.Evaluation.Reports;
using DiffusionClassifier.Evaluation.Winoground;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionClassifier.Cli.Evaluate;

/// <summary><c>dclassify evaluate</c>: how good a model is on labeled images.</summary>
internal sealed class EvaluateCommand
{
    private readonly Engines _engines;
    private readonly EvaluateOptions _options = new();

    private EvaluateCommand(Engines engines) => _engines = engines;

    public static Command Create(Engines engines) => new EvaluateCommand(engines).Build();

    private Command Build()
    {
        var command = new Command(
            "evaluate",
            "Measure how good a model is on labeled images: accuracy, confusion, calibration and cost, as report.json, .md and .html.");
        foreach (Option option in _options.All)
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        EvaluateArguments arguments = _options.Read(parsed);
        ClassificationRequest request = _options.Request.Read(parsed);
        if (request.RejectBelow is not null)
        {
            throw new UserException(
                "An evaluation judges the first label, whatever its posterior, and its report shows what every rejectBelow would do: "
                    + "leave out --reject-below.");
        }

        EvaluationOutcome outcome = arguments.Replay is { } file
            ? Replay(file, arguments.Plan, request, parsed)
            : await EvaluateAsync(arguments.Plan, request, parsed, cancellationToken);
        return EvaluationPrinter.Write(outcome, arguments.Json);
    }

    private EvaluationOutcome Replay(string file, EvaluationPlan plan, ClassificationRequest request, ParseResult parsed)
    {
        ErrorBank bank = ErrorBank.Load(file);
        return BankEvaluation.Report(plan, file, bank, MakerOf(bank, parsed), request, []);
    }

    private Task<EvaluationOutcome> EvaluateAsync(
        EvaluationPlan plan, ClassificationRequest request, ParseResult parsed, CancellationToken cancellationToken)
    {
        SingleModel model = ModelChooser.Choose(_engines, parsed.GetValue(_options.Model), parsed.GetValue(_options.Models));
        request = PresetRequest.Apply(plan.Preset, request, model.Manifest, forBank: plan.Bank is not null);
        plan = plan with { Origin = plan.Origin! with { Device = DeviceName(model, parsed.GetValue(_options.Device)) } };
        var loggers = new StderrLoggers(parsed.GetValue(SharedOptions.Verbose));
        var harness = new EvaluationHarness(
            model,
            parsed.GetValue(_options.Device),
            _engines.CreateImages,
            _engines.MaxImageBytes,
            _engines.WritePng,
            loggers,
            new TerminalMonitor())
        {
            OpenFeatures = _engines.OpenFeatures,
        };
        return plan switch
        {
            { Data.IsWinoground: true } => new WinogroundEvaluation(harness, plan).RunAsync(request, cancellationToken),
            { Bank: not null } => new BankEvaluation(harness, plan).RunAsync(request, cancellationToken),
            _ => new LiveEvaluation(harness, plan).RunAsync(request, cancellationToken),
        };
    }

    // What the engine will choose; the engine itself says what it left out.
    private static string DeviceName(SingleModel model, DeviceOptions? device) =>
        model.FindDevices(device is null ? [] : [device], NullLogger.Instance)[0].Name;

    // A bank is replayed without its model; if that is here, its fitted posterior counts as it does in a run.
    private ModelManifest? MakerOf(ErrorBank bank, ParseResult parsed)
    {
        string? named = parsed.GetValue(_options.Model), models = parsed.GetValue(_options.Models);
        if (named is not null)
            return BankMaker.Require(bank, ModelChooser.Choose(_engines, named, models)).Manifest;
        return bank.Settings is { ModelDigest: not null } settings
            && ModelChooser.Find(_engines, settings.Model, models) is { } model
            && BankMaker.IsCertain(bank, model) ? model.Manifest : null;
    }
}
