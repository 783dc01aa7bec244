using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Formats;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Inspect;

/// <summary>A report on a bundle in human-readable form.</summary>
internal static class ReportTable
{
    private const double Mega = 1e6;

    public static void Write(IAnsiConsole console, ModelReport report, RowCheck? check)
    {
        Table table = Tables.Create("", "");
        table.HideHeaders();
        foreach ((string name, string value) in Lines(report))
            table.AddRow(new Text(name, new Style(decoration: Decoration.Dim)), new Text(value));
        console.Write(table);
        foreach (string warning in report.Model.Warnings)
            console.WriteLine($"warning: {warning}", new Style(Color.Yellow));
        foreach (string advice in report.Advice)
            console.WriteLine($"advice: {advice}");
        if (check is null)
            return;
        string error = Figures.Text($"mean squared error {check.Error:F4} (an output of zeros: {check.Guessing:F4})");
        string level = Figures.Text($"predicted noise level {check.NoiseLevel:F3} (true: 1)");
        console.WriteLine($"check: '{check.Prompt}' at timestep {check.Timestep}: {error}, {level}");
        string verdict = check.IsFinite ? "the numbers are finite" : "failed";
        console.WriteLine(
            check.Doubt is { } doubt ? $"check: {verdict}. {doubt}" : "check: passed",
            new Style(check.Doubt is null ? Color.Green : check.IsFinite ? Color.Yellow : Color.Red));
    }

    private static IEnumerable<(string Name, string Value)> Lines(ModelReport report)
    {
        ModelDescription model = report.Model;
        yield return ("model", $"{model.Id}: {model.DisplayName}");
        if (model.License is { } license)
            yield return ("license", license);
        yield return ("folder", report.Folder);
        if (model.Family is { } family)
            yield return ("family", family);
        yield return ("labels", model.Labels is { } labels ? Classes(labels, report.NullClass) : $"free text, prompt '{report.Template}'");
        yield return ("images", $"{model.ImageSize}×{model.ImageSize}");
        yield return (
            "latent", Figures.Text($"{string.Join('×', model.LatentShape)}, scale {report.LatentScale}, shift {report.LatentShift}"));
        yield return ("data type", model.DataType);
        yield return ("prediction", EnumWords.Of(report.Prediction) + (report.LearnedVariance ? ", with its variance" : "")
            + (report.AllClassesAtOnce ? ", for all classes at once" : ""));
        yield return ("schedule", report.Process);
        yield return ("timesteps", $"{model.Timesteps[0]} to {model.Timesteps[1] - 1}; input {report.Timestep}");
        yield return ("defaults", $"{model.Trials} trials, {EnumWords.Of(model.Strategy)}, {EnumWords.Of(model.Loss)}");
        foreach (ModelPart part in report.Parts)
        {
            yield return (
                part.Name,
                Figures.Text(
                    $"{part.Parameters / Mega:F2} M parameters; {string.Join(", ", part.Inputs)} → {string.Join(", ", part.Outputs)}"));
        }

        yield return ("sha256", report.VerifiedFiles.Count > 0 ? $"as listed: {string.Join(", ", report.VerifiedFiles)}" : "none listed");
        yield return ("total", Figures.Text($"{report.Parameters / Mega:F2} M parameters, {report.WeightBytes / Mega:F1} MB"));
    }

    private static string Classes(IReadOnlyList<string> labels, int? nullClass) =>
        $"{labels.Count} classes ({string.Join(", ", labels.Take(5))}{(labels.Count > 5 ? ", …" : "")})"
        + (nullClass is { } id ? $", null class {id}" : "");
}
