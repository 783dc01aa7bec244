using System.Text.Json;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>Writes a report in its three forms: for programs, as text, for a browser. Stateless.</summary>
internal static class ReportFiles
{
    public static EvaluationOutcome Write(string folder, EvaluationReport report) =>
        Write(folder, report, MarkdownReport.Write(report), HtmlReport.Write(report), report.Problems);

    /// <typeparam name="T">A report of any kind, which serializes as it is.</typeparam>
    public static EvaluationOutcome Write<T>(string folder, T report, string markdown, string html, IReadOnlyList<string> problems)
    {
        string json = JsonSerializer.Serialize(report, AnswerJson.Indented);
        ResultFolder.Create(folder);
        AtomicFile.WriteText(Path.Combine(folder, "report.json"), json);
        AtomicFile.WriteText(Path.Combine(folder, "report.md"), markdown);
        string page = Path.Combine(folder, "report.html");
        AtomicFile.WriteText(page, html);
        return new EvaluationOutcome(json, markdown, page, problems);
    }
}
