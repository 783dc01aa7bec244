using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Jobs;

/// <summary>A request on its way through the engine. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable",
    Justification = "The source has no timer and hands out no wait handle: nothing is left to free.")]
public sealed class ClassificationHandle
{
    private readonly CancellationTokenSource _stop;
    private readonly ProgressFeed _feed;
    private Task<ClassificationResult>? _result;

    internal ClassificationHandle(string id, ProgressFeed feed, Task admitted,
        Task<(ClassificationResult Result, ScoresView Scores)> outcome, CancellationTokenSource stop) =>
        (Id, _feed, Admitted, Outcome, _stop) = (id, feed, admitted, outcome, stop);

    /// <summary>Names the answer in logs and traces.</summary>
    internal string Id { get; }

    /// <summary>Completes when the request has its place in the queue; if it is refused, fails as <see cref="Result"/> does.</summary>
    public Task Admitted { get; }

    /// <summary>
    /// The newest progress that was not read yet, after every batch; ends when there is a result. For one reader: each item is read once.
    /// </summary>
    public ChannelReader<ClassificationProgress> Progress => _feed.Reader;

    /// <summary>The answer.</summary>
    /// <exception cref="Errors.ClassificationException">An expected failure; its message is written for the caller.</exception>
    /// <exception cref="OperationCanceledException">The request was canceled.</exception>
    public Task<ClassificationResult> Result => _result ??= ResultOf(Outcome);

    /// <summary>The answer with every single error behind it.</summary>
    public Task<(ClassificationResult Result, ScoresView Scores)> Outcome { get; }

    /// <summary>The request costs no more rows from the next assembled batch on.</summary>
    public void Cancel() => _stop.Cancel();

    private static async Task<ClassificationResult> ResultOf(Task<(ClassificationResult Result, ScoresView Scores)> outcome) =>
        (await outcome.ConfigureAwait(false)).Result;
}
