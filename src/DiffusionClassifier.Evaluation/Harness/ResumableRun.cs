using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Harness;

/// <summary>Keeps every result in the plan's folder as it comes, so that a run resumes where an earlier one stopped.</summary>
/// <typeparam name="T">One result, a line of JSON.</typeparam>
/// <param name="harness">Runs the model.</param>
/// <param name="plan">Where results go, and which are included.</param>
/// <param name="measure">The name of the share of right answers.</param>
/// <param name="indexOf">The index of a result's item.</param>
/// <param name="isRight">Whether a result is a right answer.</param>
internal sealed class ResumableRun<T>(
    EvaluationHarness harness, EvaluationPlan plan, string measure, Func<T, int> indexOf, Func<T, bool> isRight)
    where T : class
{
    /// <param name="settings">All that a result depends on.</param>
    /// <param name="indices">What to do, in the order of the data.</param>
    /// <param name="work">Does what the log does not have yet.</param>
    /// <param name="cancellationToken">Ends it; what is done is kept.</param>
    /// <exception cref="EvaluationException">The folder holds a run with other settings, or this one has no result.</exception>
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
