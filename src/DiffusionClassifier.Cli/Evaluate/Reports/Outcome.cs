using System.Text.Json;
using DiffusionClassifier.Cli.Errors;

namespace DiffusionClassifier.Cli.Evaluate.Reports;

/// <summary>The end of an evaluation: its report on standard output, its problems on standard error.</summary>
internal static class Outcome
{
    private const int ProblemsShown = 10; // the others are in the report

    /// <param name="report">Null: there is none.</param>
    /// <param name="folder">Where its files are.</param>
    /// <param name="json">Whether to print it as JSON, or as text.</param>
    /// <param name="problems">Why single pictures failed.</param>
    /// <returns>The exit code.</returns>
    public static int Show<T>(T? report, string? folder, bool json, IReadOnlyList<string> problems) where T : class
    {
        foreach (string problem in problems.Take(ProblemsShown))
            ErrorReport.WriteLine(problem);
        if (problems.Count > ProblemsShown)
            ErrorReport.WriteLine($"and {problems.Count - ProblemsShown} more, which the report lists.");
        if (report is not null)
            Console.Out.WriteLine(json ? JsonSerializer.Serialize(report, AnswerJson.Indented) : File.ReadAllText(Path.Combine(folder!, ReportFiles.Markdown)).TrimEnd());
        return problems.Count == 0 ? ExitCode.Success : ExitCode.UserError;
    }

    /// <summary>What is said where every picture failed.</summary>
    public static UserException Nothing(IReadOnlyList<string> problems) => new($"There is nothing to report: {(problems.Count > 0 ? problems[0] : "no picture was selected.")}");
}
