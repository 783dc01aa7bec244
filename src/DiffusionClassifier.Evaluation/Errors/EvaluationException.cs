namespace DiffusionClassifier.Evaluation.Errors;

/// <summary>Something was asked for that cannot be done. The message is one line for the user that says what to do.</summary>
public class EvaluationException(string message) : Exception(message)
{
    /// <summary>What is said where every picture failed.</summary>
    /// <param name="problems">Why single pictures failed; none: no picture was selected.</param>
    internal static EvaluationException NothingToReport(IReadOnlyList<string> problems) =>
        new($"There is nothing to report: {(problems.Count > 0 ? problems[0] : "no picture was selected.")}");
}
