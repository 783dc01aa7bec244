using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Files;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>Sends pictures to an engine, several at a time so that their rows share batches, and keeps their order.</summary>
internal sealed class ImageClassifier(ClassificationEngine engine, long maxBytes)
{
    private static readonly TimeSpan AnswersEvery = TimeSpan.FromMilliseconds(250); // as fast as an eye can follow

    /// <exception cref="ClassificationException">The request is wrong, whatever the picture.</exception>
    public async Task<IReadOnlyList<ImageOutcome>> RunAsync(
        IReadOnlyList<string> files, ClassificationRequest request, IProgressDisplay progress, CancellationToken cancellationToken)
    {
        using var turns = new SemaphoreSlim(ConcurrentRuns.Concurrent);
        var total = new TotalProgress(files.Count, progress);
        return await Task.WhenAll(files.Select(async (file, index) =>
        {
            await turns.WaitAsync(cancellationToken);
            try
            {
                return await ClassifyAsync(file, request, total.Of(index), cancellationToken);
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
            ReadOnlyMemory<byte> bytes = await PictureFile.ReadAsync(file, maxBytes, cancellationToken);
            var submission = new Submission(request with { Image = bytes }) { AnswersEvery = AnswersEvery };
            return new ImageOutcome(file, await engine.Submit(submission, cancellationToken).FollowAsync(progress), null);
        }
        catch (Exception exception) when (ConcurrentRuns.IsOfOnePicture(exception))
        {
            return new ImageOutcome(file, null, exception.Message);
        }
    }
}
