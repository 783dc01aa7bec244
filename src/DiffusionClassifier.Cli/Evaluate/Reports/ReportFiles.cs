using System.Text.Json;
using DiffusionClassifier.Cli.Evaluate.Runs;

namespace DiffusionClassifier.Cli.Evaluate.Reports;

/// <summary>Writes a report in its three forms: for programs, for a text, for a browser.</summary>
internal static class ReportFiles
{
    /// <summary>The report as text.</summary>
    public const string Markdown = "report.md";

    public static void Write(string folder, EvaluationReport report) =>
        Write(folder, JsonSerializer.Serialize(report, AnswerJson.Indented), MarkdownReport.Write(report), HtmlReport.Write(report));

    public static void Write(string folder, string json, string markdown, string html)
    {
        RunFolder.Create(folder);
        File.WriteAllText(Path.Combine(folder, "report.json"), json);
        File.WriteAllText(Path.Combine(folder, Markdown), markdown);
        File.WriteAllText(Path.Combine(folder, "report.html"), html);
    }
}
