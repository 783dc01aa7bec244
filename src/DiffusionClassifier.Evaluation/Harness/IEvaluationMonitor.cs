using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Harness;

/// <summary>What an evaluation shows while it runs.</summary>
public interface IEvaluationMonitor
{
    /// <summary>A remark on one line.</summary>
    void WriteLine(string text);

    /// <summary>Shows progress while something runs.</summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="title">What is running.</param>
    /// <param name="work">Reports from any thread.</param>
    /// <returns>What the work returns; what it throws is thrown.</returns>
    Task<T> ShowAsync<T>(string title, Func<IProgressDisplay, Task<T>> work);
}
