using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Core;

/// <summary>Image files → pixels, a few at a time. Owns the gate before the decoders; thread-safe.</summary>
internal sealed class ImageLoader(IImagePreprocessor images, EngineOptions options, TimeProvider time)
{
    private readonly DecodeGate _decoders = new(options);

    /// <summary>Reads an image's header.</summary>
    public ImageHeader ReadHeader(ReadOnlyMemory<byte> image) => images.ReadHeader(image);

    /// <summary>Reads a request's image and gives its file back.</summary>
    /// <param name="submission">The request.</param>
    /// <param name="header">Of its image.</param>
    /// <param name="settings">How to read it.</param>
    /// <param name="deadline">How long that may take; null: no limit.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<PixelImage> LoadAsync(
        Submission submission, ImageHeader header, JobSettings settings, TimeSpan? deadline, CancellationToken cancellationToken)
    {
        PixelImage pixels =
            await DecodeInTimeAsync(submission.Request.Image, header, settings, deadline, cancellationToken).ConfigureAwait(false);
        submission.ReleaseImage?.Invoke();
        if (submission.Decoded is { } decoded)
            await decoded().ConfigureAwait(false);
        return pixels;
    }

    /// <summary>Reads an image file, when it is its turn.</summary>
    // On a thread of its own: some seconds of decoding must not take a thread from the pool that answers all other requests.
    public async Task<PixelImage> DecodeAsync(
        ReadOnlyMemory<byte> image, ImageHeader header, JobSettings settings, CancellationToken cancellationToken)
    {
        using IDisposable turn = await _decoders.EnterAsync(header.DecodeBytes, cancellationToken).ConfigureAwait(false);
        return await Task.Factory.StartNew(() => images.Load(image, header, settings.ImageMode, settings.Preprocessing),
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    // The wait for a decoder counts, too. A running decoder is waited for, because it reads the caller's memory.
    private async Task<PixelImage> DecodeInTimeAsync(
        ReadOnlyMemory<byte> image, ImageHeader header, JobSettings settings, TimeSpan? deadline, CancellationToken cancellationToken)
    {
        if (deadline is null)
            return await DecodeAsync(image, header, settings, cancellationToken).ConfigureAwait(false);
        using var due = new CancellationTokenSource(deadline.Value, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            return await DecodeAsync(image, header, settings, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ClassificationEngine.DeadlineExceeded();
        }
    }
}
