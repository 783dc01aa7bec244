using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>Sends images to an engine, several at a time so that their rows share batches.</summary>
/// <param name="engine">Answers them.</param>
/// <param name="insteadOf">The class model that its model replaces without being named; else null.</param>
/// <param name="maxBytes">Of one file.</param>
internal sealed class ImageClassifier(ClassificationEngine engine, string? insteadOf, long maxBytes)
{
    private static readonly TimeSpan AnswersEvery = TimeSpan.FromMilliseconds(250); // as fast as an eye can follow

    private readonly Lock _gate = new();

    /// <param name="files">The images.</param>
    /// <param name="request">The request without its image.</param>
    /// <param name="progress">Gets the progress of all of them.</param>
    /// <param name="ready">Gets the result for each as soon as it is known, one after the other.</param>
    /// <param name="cancellationToken">Ends all that are not ready.</param>
    /// <exception cref="ClassificationException">The request is wrong, whatever the image.</exception>
    public async Task RunAsync(IReadOnlyList<string> files, ClassificationRequest request, IProgressDisplay progress,
        Action<ImageOutcome> ready, CancellationToken cancellationToken)
    {
        using var turns = new SemaphoreSlim(ConcurrentRuns.Concurrent);
        var total = new TotalProgress(files.Count, progress);
        await Task.WhenAll(files.Select(async (file, index) =>
        {
            await turns.WaitAsync(cancellationToken);
            try
            {
                ImageOutcome outcome = await ClassifyAsync(file, request, total.Of(index), cancellationToken);
                lock (_gate)
                    ready(outcome);
            }
            finally
            {
                turns.Release();
                total.Finish(index);
            }
        }));
    }

    private async Task<ImageOutcome> ClassifyAsync(
        string file, ClassificationRequest request, IProgress<ClassificationProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            ReadOnlyMemory<byte> bytes = await ImageFile.ReadAsync(file, maxBytes, cancellationToken);
            var submission = new Submission(request with { Image = bytes }) { AnswersEvery = AnswersEvery };
            ClassificationResult answer = await engine.Submit(submission, cancellationToken).FollowAsync(progress);
            if (insteadOf is not null)
                FreeText.RequireKnown(answer, insteadOf);
            return new ImageOutcome(file, answer, null);
        }
        catch (Exception exception) when (ConcurrentRuns.IsOfOnePicture(exception)
            || (insteadOf is not null && exception is ClassificationException { Error: ClassificationError.UnknownLabel }))
        {
            return new ImageOutcome(file, null, exception.Message);
        }
    }
}
