using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Output;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Catalog;

/// <summary><c>dclassify models</c>: what can be chosen, and what was refused.</summary>
internal static class ModelsCommand
{
    public static Command Create(Engines engines)
    {
        Option<string?> folder = SharedOptions.Models();
        Option<bool> json = SharedOptions.Json("Print { \"models\": [ … ] }, as the service's GET /models does.");
        var command = new Command("models", "List the models, and on standard error those that cannot be used and why.") { folder, json };
        command.SetAction(parsed => Run(engines.OpenModels(ModelChooser.Folder(parsed.GetValue(folder))), parsed.GetValue(json)));
        return command;
    }

    private static int Run(ModelLibrary library, bool json)
    {
        ModelDescription[] models = [.. library.Source.Manifests.Select((manifest, index) => manifest.Describe(isDefault: index == 0))];
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(new ModelList(models), AnswerJson.Indented));
        else if (models.Length > 0)
            WriteTable(Terminal.Out, models);
        foreach (RefusedModel refused in library.Refused)
            ErrorReport.WriteLine(refused.Reason);
        if (models.Length == 0 && library.Refused.Count == 0)
            ErrorReport.WriteLine($"There is no model in {library.Folder}: a model is a folder with a model_index.json.");
        return ExitCode.Success;
    }

    private static void WriteTable(IAnsiConsole console, IReadOnlyList<ModelDescription> models)
    {
        Table table = Tables.Create("id", "name", "labels", ">classes", ">input", ">trials");
        foreach (ModelDescription model in models)
        {
            table.AddRow(
                new Text(model.Id),
                new Text(model.DisplayName),
                new Text(model.Labels is null ? "free text" : "classes"),
                new Text(model.Labels?.Count.ToString(CultureInfo.InvariantCulture) ?? "any"),
                new Text($"{model.ImageSize}×{model.ImageSize}"),
                new Text(model.Trials.ToString(CultureInfo.InvariantCulture)));
        }

        console.Write(table);
        foreach (ModelDescription model in models)
        {
            foreach (string warning in model.Warnings)
                console.WriteLine($"{model.Id}: {warning}", new Style(Color.Yellow));
        }
    }
}
