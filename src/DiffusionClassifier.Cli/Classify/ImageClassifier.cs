using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>Sends pictures to an engine, several at a time so that their rows share batches, and keeps their order.</summary>
internal sealed class ImageClassifier(ClassificationEngine engine, long maxBytes)
{
    private static readonly TimeSpan AnswersEvery = TimeSpan.FromMilliseconds(250); // as fast as an eye can follow

    /// <summary>Pictures in flight.</summary>
    internal const int Concurrent = 16; // two labels on one trial still fill a batch of 32; more pictures would only fill memory

    /// <exception cref="ClassificationException">The request is wrong, whatever the picture.</exception>
    public async Task<IReadOnlyList<ImageOutcome>> RunAsync(
        IReadOnlyList<string> files, ClassificationRequest request, IProgressDisplay progress, CancellationToken cancellationToken)
    {
        using var turns = new SemaphoreSlim(Concurrent);
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
            ReadOnlyMemory<byte> bytes = await ImageFile.ReadAsync(file, maxBytes, cancellationToken);
            return new ImageOutcome(file, await engine.Submit(new Submission(request with { Image = bytes }) { AnswersEvery = AnswersEvery }, cancellationToken).FollowAsync(progress), null);
        }
        catch (Exception exception) when (IsOfOnePicture(exception))
        {
            return new ImageOutcome(file, null, exception.Message);
        }
    }

    /// <summary>Whether a failure says nothing of other pictures, which can still be answered.</summary>
    internal static bool IsOfOnePicture(Exception exception) => exception is IOException or UnauthorizedAccessException
        or ClassificationException { IsAboutImage: true } or ClassificationException { Error: ClassificationError.ModelFailure or ClassificationError.DeadlineExceeded };
}
