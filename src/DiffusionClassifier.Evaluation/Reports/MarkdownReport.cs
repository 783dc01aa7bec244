using System.Globalization;
using System.Text;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>report.md: the numbers without the images.</summary>
internal static class MarkdownReport
{
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder($"# {Escape(report.Model)} on {Escape(report.Data)}\n\n");
        Table(text, ReportTables.Summary(report));
        if (report.Strategies is { } strategies)
            Section(text, "Strategies on the same errors", ReportTables.Strategies(strategies));
        if (report.Explanations is { } explanations)
        {
            Section(text, "Explanations", ExplanationTables.Scores(explanations));
            text.Append(CultureInfo.InvariantCulture, $"\n{ExplanationTables.Note(explanations)}\n");
        }

        if (report.Baseline is { } baseline)
            Section(text, "Beside a baseline", ReportTables.Baseline(report, baseline));
        if (report.Published.Count > 0)
            Section(text, "Published results", ReportTables.Published(report));
        if (report.Coverage is { } coverage)
            Section(text, "Accuracy against coverage", ReportTables.Coverage(coverage));
        Section(text, "Classes", ReportTables.PerClass(report.PerClass));
        if (report.Mistakes.Count > 0)
            Section(text, "Most frequent mistakes", ReportTables.Mistakes(report.Mistakes));
        if (report.MistakenImages.Count > 0)
            Section(text, "Misclassified images", ReportTables.MistakenImages(report.MistakenImages));
        if (report.Origin is { } origin)
            Section(text, "Origin", ReportTables.Origin(origin));
        if (report.Problems.Count > 0)
            text.Append("\n## Images that failed\n\n").AppendJoin("", report.Problems.Select(problem => $"- {Escape(problem)}\n"));
        return text.ToString();
    }

    /// <summary>A table whose first line is headers and whose first column is words.</summary>
    public static void Table(StringBuilder text, IEnumerable<string[]> rows)
    {
        foreach ((int index, string[] row) in rows.Index())
        {
            text.Append("| ").AppendJoin(" | ", row.Select(Escape)).Append(" |\n");
            if (index == 0)
                text.Append("|---|").AppendJoin("", row.Skip(1).Select(_ => "---:|")).Append('\n');
        }
    }

    private static void Section(StringBuilder text, string title, IEnumerable<string[]> rows)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        Table(text, rows);
    }

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
