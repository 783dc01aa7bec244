using System.CommandLine;
using System.Text.Json;
using DiffusionClassifier.Cli.Catalog;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Calibration;
using DiffusionClassifier.Evaluation.Engines;

namespace DiffusionClassifier.Cli.Calibrate;

/// <summary><c>dclassify calibrate</c>: from errors of labeled images to posteriors that can be trusted.</summary>
internal sealed class CalibrateCommand
{
    private const int DefaultFolds = 5; // custom

    private readonly Engines _engines;
    private readonly Option<string?> _model = SharedOptions.Model(), _models = SharedOptions.Models();
    private readonly Option<bool> _json = SharedOptions.Json("Print all results as JSON.");

    private readonly Option<string> _bank = new("--bank")
    {
        Description = "The errors of labeled images (.npz): errors [image, trial, class], t [trial], labels [image].",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<PredictionLoss?> _loss = ValueOptions.Choice<PredictionLoss>("--loss",
        "The loss that the errors were made with. [default: as the bank says, else the model's]");

    private readonly Option<bool> _weights = new("--weights")
    {
        Description = "Also fit how much each timestep counts; written only if cross-validation finds that it helps.",
    };

    private readonly Option<bool> _draws = new("--draws")
    {
        Description = "Also choose the draws that tell classes apart best, for requests with few trials; written only if cross-validation "
            + "finds that it helps.",
    };

    private readonly Option<int?> _folds = ValueOptions.Number<int>(
        "--folds", $"Folds of the cross-validation. [default: {DefaultFolds}]", "a whole number");

    private readonly Option<ulong?> _seed = ValueOptions.Number<ulong>(
        "--seed", "Seed of the split into folds. [default: 0]", "a whole number of at least 0");

    private readonly Option<string?> _data = new("--data")
    {
        Description = "What the images are, for the record. [default: as the bank says, else its file's name]",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _write = new("--write")
    {
        Description = "Write what was fitted into the model's classifier.json, which the service reads when it starts.",
    };

    private CalibrateCommand(Engines engines) => _engines = engines;

    public static Command Create(Engines engines) => new CalibrateCommand(engines).Build();

    private Command Build()
    {
        var command = new Command(
            "calibrate", "Fit the posterior of a model to labeled images, and measure by cross-validation how much that helps.");
        IEnumerable<Option> options = [_bank, _model, _models, _loss, _weights, _draws, _folds, _seed, _data, _write, _json];
        foreach (Option option in options)
            command.Add(option);
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        int folds = parsed.GetValue(_folds) ?? DefaultFolds;
        if (folds < BankCalibration.FewestFolds)
            throw new UserException($"--folds is {folds}; it must be at least {BankCalibration.FewestFolds}.");
        string file = parsed.GetRequiredValue(_bank);
        if (!File.Exists(file))
            throw new UserException($"There is no file {file}.");
        ErrorBank bank = ErrorBank.Load(file);
        SingleModel chosen = ModelChooser.Choose(_engines, parsed.GetValue(_model) ?? bank.Settings?.Model, parsed.GetValue(_models));
        SingleModel model = BankMaker.Require(bank, chosen);
        var options = new CalibrationOptions(
            parsed.GetValue(_loss),
            parsed.GetValue(_weights),
            parsed.GetValue(_draws),
            folds,
            parsed.GetValue(_seed) ?? 0,
            parsed.GetValue(_data) ?? bank.Settings?.Data ?? Path.GetFileName(file));
        CalibrationRecord record = new BankCalibration(TimeProvider.System).Run(bank, model.Manifest, options);
        if (parsed.GetValue(_json))
            Console.Out.WriteLine(JsonSerializer.Serialize(record, AnswerJson.Indented));
        else
            CalibrationTable.Write(Terminal.Out, model.Manifest.Id, record);
        if (parsed.GetValue(_write))
            Console.Error.WriteLine($"Written to {_engines.WriteCalibration(model.BundleFolder, record)}.");
        return ExitCode.Success;
    }
}
