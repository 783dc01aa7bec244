using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Service.Api.Errors;
using DiffusionClassifier.Service.Api.Repeats;
using Microsoft.AspNetCore.Mvc;

namespace DiffusionClassifier.Service.Api.Batches;

/// <summary>
/// Classifies the images of one request, each by itself and a few at a time, so that it takes no more of the engine's places than a small
/// client does. Thread-safe.
/// </summary>
internal sealed class ImageBatch(ClassificationEngine engine, ProblemWriter problems)
{
    private const int AtOnce = 8; // enough to fill a device's batches with the rows of few labels

    /// <summary>The result for each image, as it is ready.</summary>
    /// <param name="request">With one image or several.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="release">Called when all images are decoded.</param>
    /// <param name="context">Of the request, for the log of what fails unexpectedly.</param>
    /// <param name="cancellationToken">Stops all images.</param>
    /// <exception cref="ClassificationException">The request as a whole is refused; then there was no answer before.</exception>
    public async IAsyncEnumerable<ImageAnswer> AnswersAsync(
        ClassificationRequest request,
        Caller caller,
        Action release,
        HttpContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> images = request.Images.Count > 0 ? request.Images : [request.Image];
        var template = new Submission(request with { Images = [] }) { Caller = caller, Group = new object() };
        Channel<ImageAnswer> ready = Channel.CreateUnbounded<ImageAnswer>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bool isAdmitted = false; // whether any image is
        Task all = RunAsync();
        try
        {
            await foreach (ImageAnswer answer in ready.Reader.ReadAllAsync(cancellationToken))
                yield return answer;
        }
        finally
        {
            // Whatever ends the request ends the work, and what it holds may be given back only after that.
            await stop.CancelAsync();
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task RunAsync()
        {
            try
            {
                int undecoded = images.Count;
                Submission each = template with { ReleaseImage = () => Release(ref undecoded) };
                var few = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop.Token };
                await Parallel.ForAsync(0, images.Count, few, async (index, cancellation) => ready.Writer.TryWrite(
                    await AnswerAsync(each with { Request = each.Request with { Image = images[index] } }, index, cancellation)));
                ready.Writer.Complete();
            }
            catch (Exception exception)
            {
                ready.Writer.Complete(exception);
            }
        }

        void Release(ref int undecoded)
        {
            if (Interlocked.Decrement(ref undecoded) == 0)
                release();
        }

        async Task<ImageAnswer> AnswerAsync(Submission one, int index, CancellationToken cancellation)
        {
            try
            {
                ClassificationHandle handle = engine.Submit(one, cancellation);
                await handle.Admitted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (handle.Admitted.IsCompletedSuccessfully)
                    isAdmitted = true;
                return new ImageAnswer(index, await handle.Result, null);
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested && images.Count > 1 && IsOfOne(exception))
            {
                ProblemDetails problem = problems.Describe(exception, context);
                if (Problems.MayPass(problem.Status!.Value))
                    RepeatedRequests.Forget(context);
                return new ImageAnswer(
                    index, null, new ImageError(problem.Status!.Value, (string)problem.Extensions["code"]!, problem.Detail!));
            }
        }

        // Once an image was admitted, nothing is wrong with what all of them share.
        bool IsOfOne(Exception exception) => isAdmitted || exception is ClassificationException { IsAboutImage: true };
    }
}
