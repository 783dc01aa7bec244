using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Models;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Catalog;

/// <summary><c>dclassify models</c>: what can be chosen, and what was refused.</summary>
internal static class ModelsCommand
{
    public static Command Create(Engines engines)
    {
        Option<string?> folder = SharedOptions.Models();
        Option<bool> json = SharedOptions.Json("Print { \"models\": [ … ] }, as the service's GET /models does.");
        Option<bool> unopened = new("--no-load")
        {
            Description = "Read the models' descriptions only: a graph that ONNX Runtime refuses, or whose numbers are not finite, is then "
                + "listed as if it could be used.",
        };
        var command = new Command("models", "List the models, and on standard error those that cannot be used and why.")
        { folder, json, unopened };
        command.SetAction(parsed =>
            Run(engines.OpenModels(ModelChooser.Folder(parsed.GetValue(folder))), parsed.GetValue(json), load: !parsed.GetValue(unopened)));
        return command;
    }

    private static int Run(ModelLibrary library, bool json, bool load)
    {
        IEnumerable<ModelManifest> tried = load ? library.Source.Manifests : [];
        ModelRefusal[] unusable = [.. tried.Select(manifest => TryLoad(library.Source, manifest)).OfType<ModelRefusal>()];
        ModelManifest[] usable = [.. library.Source.Manifests.ExceptBy(unusable.Select(refusal => refusal.Id), manifest => manifest.Id)];
        ModelDescription[] models = [.. usable.Select((manifest, index) => manifest.Describe(isDefault: index == 0))];
        if (json)
        {
            var list = new ModelList(models, [.. library.Source.Refusals, .. unusable]);
            Console.Out.WriteLine(JsonSerializer.Serialize(list, AnswerJson.Indented));
        }
        else if (models.Length > 0)
        {
            WriteTable(Terminal.Out, models);
        }

        foreach (RefusedModel refused in library.Refused)
            ErrorReport.WriteLine(refused.Reason);
        foreach (ModelRefusal refused in unusable)
            ErrorReport.WriteLine($"{Path.Combine(library.Folder, refused.Id)}: {refused.Reason}");
        if (library.Source.Manifests.Count + library.Refused.Count == 0)
            ErrorReport.WriteLine($"There is no model in {library.Folder}: a model is a folder with a model_index.json.");
        return ExitCode.Success;
    }

    // On the processor, which every machine has: what a graph is made of does not depend on the device.
    private static ModelRefusal? TryLoad(IModelSource source, ModelManifest manifest)
    {
        try
        {
            using IDiffusionModel model = source.Open(manifest.Id, new DeviceOptions());
            BucketSweep.RunOnce(model);
            return null;
        }
        catch (Exception exception)
        {
            return new ModelRefusal(manifest.Id, source.Explain(manifest.Id, exception));
        }
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
