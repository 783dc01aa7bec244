using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Evaluation.Reports;

namespace DiffusionClassifier.Cli.Evaluate;

/// <summary>The end of an evaluation: its report on standard output, its problems on standard error.</summary>
internal static class EvaluationPrinter
{
    private const int ProblemsShown = 10; // the others are in the report

    /// <param name="outcome">The result.</param>
    /// <param name="json">Whether to print the report as JSON, or as text.</param>
    /// <returns>The exit code.</returns>
    public static int Write(EvaluationOutcome outcome, bool json)
    {
        IReadOnlyList<string> problems = outcome.Problems;
        foreach (string problem in problems.Take(ProblemsShown))
            ErrorReport.WriteLine(problem);
        if (problems.Count > ProblemsShown)
            ErrorReport.WriteLine($"and {problems.Count - ProblemsShown} more, which the report lists.");
        if (outcome is { Json: { } report, Text: { } text })
            Console.Out.WriteLine(json ? report : text.TrimEnd());
        if (outcome.Page is { } page && !json)
        {
            string file = Path.GetFullPath(page);
            Console.Out.WriteLine($"\nThe report, with charts and images: {file} (as text: report.md; as data: report.json)");
        }

        return problems.Count == 0 ? ExitCode.Success : ExitCode.UserError;
    }
}
