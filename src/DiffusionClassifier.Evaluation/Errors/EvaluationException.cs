namespace DiffusionClassifier.Evaluation.Errors;

/// <summary>A request that cannot be carried out. The message is one line that tells the user what to do.</summary>
public class EvaluationException(string message) : Exception(message)
{
    /// <summary>The error when every image failed.</summary>
    /// <param name="problems">Why single images failed; none: no image was selected.</param>
    internal static EvaluationException NothingToReport(IReadOnlyList<string> problems) =>
        new($"There is nothing to report: {(problems.Count > 0 ? problems[0] : "no image was selected.")}");
}
