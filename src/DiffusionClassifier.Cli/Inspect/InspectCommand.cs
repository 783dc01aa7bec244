using System.CommandLine;
using System.Text.Json;
using DiffusionClassifier.Cli.Catalog;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Cli.Inspect;

/// <summary><c>dclassify inspect</c>: what was understood of a bundle, and with <c>--check</c> whether it works.</summary>
internal static class InspectCommand
{
    public static Command Create(Engines engines)
    {
        var bundle = new Argument<string>("BUNDLE")
        {
            Description = "The bundle's folder, or the id of a model in the models folder.",
            Validators = { ParseErrors.RefuseUnknownOptions },
        };
        var check = new Option<bool>("--check") { Description = "Load the model, run a few rows, and say whether the numbers are sane." };
        var write = new Option<bool>("--write-sha256")
        {
            Description = "First list the SHA-256 of the model's files in its classifier.json: from then on, changed files are refused.",
        };
        Option<string?> models = SharedOptions.Models();
        Option<DeviceOptions?> device = SharedOptions.Device();
        Option<bool> json = SharedOptions.Json("Print the report as JSON.");
        var command = new Command(
            "inspect", "Say what was understood of a model's files, and what is odd.") { bundle, check, write, models, device, json };
        command.SetAction(parsed =>
        {
            string folder = ModelChooser.FolderOf(engines, parsed.GetRequiredValue(bundle), parsed.GetValue(models));
            if (parsed.GetValue(write))
                engines.WriteHashes(folder);
            ModelReport report = engines.Inspect(folder);
            using var loggers = new StderrLoggers(parsed.GetValue(SharedOptions.Verbose));
            RowCheck? row = parsed.GetValue(check)
                ? Check(engines, folder, parsed.GetValue(device), loggers)
                : null;
            return Write(report, row, parsed.GetValue(json));
        });
        return command;
    }

    private static int Write(ModelReport report, RowCheck? row, bool json)
    {
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(new { report, check = row }, AnswerJson.Indented));
        else
            ReportTable.Write(Terminal.Out, report, row);
        return row is { IsFinite: false } ? ExitCode.UserError : ExitCode.Success;
    }

    private static RowCheck Check(Engines engines, string folder, DeviceOptions? device, StderrLoggers logger)
    {
        using IDiffusionModel model = engines.OpenModels(folder).Choose(null).Open(device, logger);
        return RowCheck.Run(model);
    }
}
