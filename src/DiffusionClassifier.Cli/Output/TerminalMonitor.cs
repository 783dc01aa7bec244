using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Evaluation.Harness;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Cli.Output;

/// <summary>An evaluation's progress and remarks on standard error. Stateless.</summary>
internal sealed class TerminalMonitor : IEvaluationMonitor
{
    public void WriteLine(string text) => ErrorReport.WriteLine(text);

    public Task<T> ShowAsync<T>(string title, Func<IProgressDisplay, Task<T>> work) => ProgressBar.RunAsync(title, work);
}
