using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Harness;

/// <summary>Keeps every result in the plan's folder as it comes, so that a run goes on where an earlier one stopped.</summary>
/// <typeparam name="T">One result, a line of JSON.</typeparam>
/// <param name="harness">Runs the model.</param>
/// <param name="plan">Where results go, and whose are taken over.</param>
/// <param name="measure">What the share of right answers is called.</param>
/// <param name="indexOf">What a result is of.</param>
/// <param name="isRight">Whether a result is a right answer.</param>
internal sealed class ResumableRun<T>(
    EvaluationHarness harness, EvaluationPlan plan, string measure, Func<T, int> indexOf, Func<T, bool> isRight)
    where T : class
{
    /// <param name="settings">All that a result depends on.</param>
    /// <param name="indices">What there is to do, in the order of the data.</param>
    /// <param name="work">Does what the log has not.</param>
    /// <param name="cancellationToken">Ends it; what is done stays done.</param>
    /// <exception cref="EvaluationException">The folder holds a run with other settings, or nothing came of this one.</exception>
    public async Task<FinishedRun<T>> RunAsync(
        RunSettings settings,
        IReadOnlyList<int> indices,
        Func<EngineSession, ResultLog<T>, RunningScore, Task<IReadOnlyList<string>>> work,
        CancellationToken cancellationToken)
    {
        RunFolder folder = RunFolder.Open(plan.Folder!, SettingsDifference.Of(settings));
        using var log = new ResultLog<T>(folder.File(RunFolder.ResultsFile), indexOf);
        folder.Join(plan.Join, log);
        IReadOnlyList<T> earlier = log.Of(indices);
        IReadOnlyList<string> problems = await harness.RunAsync(
            indices.Count,
            measure,
            earlier.Count,
            earlier.Count(isRight),
            (session, score) => work(session, log, score),
            cancellationToken);
        IReadOnlyList<T> results = log.Of(indices);
        return results.Count > 0 ? new FinishedRun<T>(folder, results, problems) : throw EvaluationException.NothingToReport(problems);
    }
}
