using System.CommandLine;
using System.Text.Json;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Models;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring.Banks;
using DiffusionClassifier.Core.Scoring.Calibration;

namespace DiffusionClassifier.Cli.Calibrate;

/// <summary><c>dclassify calibrate</c>: from errors of labelled pictures to posteriors that can be believed.</summary>
internal sealed class CalibrateCommand
{
    private const int DefaultFolds = 5, FewestFolds = 2; // five is custom; with two each half is measured by the other

    private readonly Engines _engines;
    private readonly Option<string?> _model = SharedOptions.Model(), _models = SharedOptions.Models();
    private readonly Option<bool> _json = SharedOptions.Json("Print everything that came out as JSON.");

    private readonly Option<string> _bank = new("--bank") { Description = "The errors of labelled pictures (.npz): errors [picture, trial, class], t [trial], labels [picture].", HelpName = "FILE", Required = true };

    private readonly Option<PredictionLoss?> _loss = ValueOptions.Choice<PredictionLoss>("--loss",
        "The loss that the errors were made with. [default: as the bank says, else the model's]");

    private readonly Option<bool> _weights = new("--weights") { Description = "Also fit how much each timestep counts; written only where cross-validation finds that it helps." };

    private readonly Option<int?> _folds = ValueOptions.Number<int>("--folds", $"Folds of the cross-validation. [default: {DefaultFolds}]", "a whole number");

    private readonly Option<ulong?> _seed = ValueOptions.Number<ulong>("--seed", "Seed of the cut into folds. [default: 0]", "a whole number of at least 0");

    private readonly Option<string?> _data = new("--data") { Description = "What the pictures are, for the record. [default: as the bank says, else its file's name]", HelpName = "TEXT" };

    private readonly Option<bool> _write = new("--write") { Description = "Write what was fitted into the model's classifier.json, which the service reads when it starts." };

    private CalibrateCommand(Engines engines) => _engines = engines;

    public static Command Create(Engines engines) => new CalibrateCommand(engines).Build();

    private Command Build()
    {
        var command = new Command("calibrate", "Fit the posterior of a model to labelled pictures, and say by cross-validation what that is worth.");
        foreach (Option option in (IEnumerable<Option>)[_bank, _model, _models, _loss, _weights, _folds, _seed, _data, _write, _json])
            command.Add(option);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        int folds = parsed.GetValue(_folds) ?? DefaultFolds;
        if (folds < FewestFolds)
            throw new UserException($"--folds is {folds}; it must be at least {FewestFolds}.");
        string file = parsed.GetRequiredValue(_bank);
        if (!File.Exists(file))
            throw new UserException($"There is no file {file}.");
        ErrorBank bank = ErrorBank.Load(file);
        SingleModel model = ModelChooser.Choose(_engines, parsed.GetValue(_model) ?? bank.Settings?.Model, parsed.GetValue(_models)).RequireMakerOf(bank);
        PredictionLoss loss = Loss(parsed.GetValue(_loss), bank, model.Manifest);
        ulong seed = parsed.GetValue(_seed) ?? 0;
        CalibrationReport report = Calibrator.Run(KnotErrors.Create(bank), bank.Trials, model.Manifest.Latent.Length, parsed.GetValue(_weights), folds, seed);
        var record = new CalibrationRecord(loss, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), parsed.GetValue(_data) ?? bank.Settings?.Data ?? Path.GetFileName(file), folds, seed, report);
        if (parsed.GetValue(_json))
            Console.Out.WriteLine(JsonSerializer.Serialize(record, AnswerJson.Indented));
        else
            CalibrationTable.Write(Terminal.Out, model.Manifest.Id, record);
        if (parsed.GetValue(_write))
            Console.Error.WriteLine($"Written to {_engines.WriteCalibration(model.BundleFolder, record)}.");
        return ExitCode.Success;
    }

    private static PredictionLoss Loss(PredictionLoss? named, ErrorBank bank, ModelManifest manifest) => (named, bank.Settings?.Loss) switch
    {
        ({ } wanted, { } made) when wanted != made => throw new UserException($"--loss is {Words.Of(wanted)}, and the bank holds errors of the loss {Words.Of(made)}: leave --loss out."),
        var (wanted, made) => wanted ?? made ?? manifest.DefaultLoss,
    };
}
