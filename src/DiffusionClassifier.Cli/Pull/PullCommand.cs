using System.CommandLine;
using System.Text.Json;
using DiffusionClassifier.Cli.Catalog;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Inspect;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Cli.Pull;

/// <summary><c>dclassify pull</c>: from a model on the hub to a checked bundle, with the Python that has the exporter.</summary>
internal sealed class PullCommand
{
    private const string Unfinished = ".partial"; // with a leading dot: no server takes such a folder for a model
    private const string Yes = "yes";

    private readonly Engines _engines;
    private readonly HubModels _hub = HubModels.Load();
    private readonly Option<string?> _models = SharedOptions.Models();

    private readonly Argument<string> _id = new("MODEL") { Validators = { ParseErrors.RefuseUnknownOptions } };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "The bundle's folder. [default: a folder of that name in the models folder]",
        HelpName = "DIR",
    };

    private readonly Option<bool> _accept = new("--accept-license") { Description = "Accept the model's license without being asked." };

    private readonly Option<bool> _half = new("--float16")
    {
        Description = "Export in float16: half the size, and faster on a CUDA device, which the export itself then needs too.",
    };

    private readonly Option<string?> _source = new("--source")
    {
        Description = "Another repository on the hub, or a local folder in its layout. $HF_ENDPOINT names another hub. "
            + "[default: as listed]",
        HelpName = "REPOSITORY|DIR",
    };

    private readonly Option<string> _python = new("--python")
    {
        Description = "The Python with the exporter's packages.",
        HelpName = "PROGRAM",
        DefaultValueFactory = _ => OperatingSystem.IsWindows() ? "python" : "python3",
    };

    private PullCommand(Engines engines)
    {
        _engines = engines;
        IEnumerable<HubModel> exportable = _hub.Models.Where(model => model.Cannot is null);
        _id.Description = $"{string.Join(", ", exportable.Select(model => $"{model.Id} ({model.Repository})"))}. "
            + $"List checked on {_hub.Checked:yyyy-MM-dd}.";
    }

    public static Command Create(Engines engines) => new PullCommand(engines).Build();

    private Command Build()
    {
        var command = new Command("pull", "Download a model, export it to ONNX with Python's optimum, and check it.") { _id };
        foreach (Option option in (IEnumerable<Option>)[_accept, _half, _out, _models, _source, _python])
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        HubModel model = _hub.Find(parsed.GetRequiredValue(_id));
        string folder = Path.TrimEndingDirectorySeparator(
            Path.GetFullPath(parsed.GetValue(_out) ?? Path.Combine(ModelChooser.Folder(parsed.GetValue(_models)), model.Id)));
        if (Directory.Exists(folder))
            throw new UserException($"{folder} already exists: delete it, or choose another folder with --out.");
        string source = parsed.GetValue(_source) ?? model.Repository;
        var exporter = new OptimumExporter(parsed.GetRequiredValue(_python));
        await exporter.RequireAsync(cancellationToken);
        AskFor(model, source, parsed.GetValue(_accept));

        string partial = Path.Combine(Path.GetDirectoryName(folder)!, $".{Path.GetFileName(folder)}{Unfinished}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            DeleteIfThere(partial);
            await exporter.ExportAsync(source, partial, parsed.GetValue(_half), cancellationToken);
            File.WriteAllText(
                Path.Combine(partial, "classifier.json"),
                $"{{\n  \"license\": {JsonSerializer.Serialize($"{model.License} ({source})")}\n}}\n");
            _engines.WriteHashes(partial);
            Check(partial, parsed.GetValue(SharedOptions.Verbose));
            Directory.Move(partial, folder);
        }
        finally
        {
            DeleteIfThere(partial);
        }

        Console.Out.WriteLine($"{folder} is ready. Try: dclassify classify photo.jpg --model {folder} --labels cat,dog --trials 20");
        return ExitCode.Success;
    }

    /// <exception cref="UserException">The license was not accepted.</exception>
    private static void AskFor(HubModel model, string source, bool isAccepted)
    {
        if (source == model.Repository && model.Note is not null)
            ErrorReport.WriteLine($"{source}: {model.Note}");
        ErrorReport.WriteLine($"{source} is under the license {model.License}, which binds everyone who uses it: {model.LicenseUrl}");
        if (isAccepted)
            return;
        if (Console.IsInputRedirected)
            throw new UserException("Read the license, then accept it with --accept-license.");
        Console.Error.Write($"Do you accept it ({Yes}/no)? ");
        if (Console.In.ReadLine()?.Trim().Equals(Yes, StringComparison.OrdinalIgnoreCase) != true)
            throw new UserException("The license was not accepted: nothing was downloaded.");
    }

    /// <exception cref="UserException">The model does not work.</exception>
    private void Check(string folder, bool verbose)
    {
        ReportTable.Write(Terminal.Out, _engines.Inspect(folder), null);
        using var loggers = new StderrLoggers(verbose);
        using IDiffusionModel model = _engines.OpenModels(folder).Choose(null).Open(null, loggers);
        RowCheck row = RowCheck.Run(model);
        if (!row.IsFinite)
            throw new UserException($"The export was not kept. {row.Doubt}");
        if (row.Doubt is { } doubt)
            ErrorReport.WriteLine($"check: {doubt}");
    }

    private static void DeleteIfThere(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
