using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Client;
using DiffusionClassifier.Evaluation.Formats;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>Answers with a server: one image as a stream, a few as one request, many as a batch.</summary>
/// <param name="client">The server.</param>
/// <param name="model">One of its models; null: the server chooses.</param>
/// <param name="maxBytes">Of one file.</param>
internal sealed class ServerAnswers(ClassifierClient client, string? model, long maxBytes) : IImageAnswers
{
    private const int Few = 8; // images of one request: enough to fill batches, and answered before a job has begun

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5); // for a batch to be canceled, once nobody waits for it

    public Task RunAsync(IReadOnlyList<string> files, ClassificationRequest request, IProgressDisplay progress,
        Action<ImageOutcome> ready, CancellationToken cancellationToken)
    {
        request = request with { Model = model };
        if (files is [var only])
            return OneAsync(only, request, progress, ready, cancellationToken);
        return files.Count <= Few || request.DeadlineMs is not null // which a batch cannot have
            ? FewAsync(files, request, progress, ready, cancellationToken)
            : ManyAsync(files, request, progress, ready, cancellationToken);
    }

    private static bool IsOfOneImage(ClassifierException exception) => IsAboutImage(exception)
        || exception.Code == ErrorCode.Of(ClassificationError.ModelFailure)
        || exception.Code == ErrorCode.Of(ClassificationError.DeadlineExceeded);

    private static bool IsAboutImage(ClassifierException exception) => exception.Code == ClassifierException.UnreadableImage
        || exception.Code == ErrorCode.Of(ClassificationError.MissingImage)
        || exception.Code == ErrorCode.Of(ClassificationError.UnsupportedImageFormat)
        || exception.Code == ErrorCode.Of(ClassificationError.InvalidImage)
        || exception.Code == ErrorCode.Of(ClassificationError.ImageTooLarge);

    private async Task OneAsync(string file, ClassificationRequest request, IProgressDisplay progress,
        Action<ImageOutcome> ready, CancellationToken cancellationToken)
    {
        if (await ReadAsync(file, ready, cancellationToken) is not { } image)
            return;
        ClassificationResult? last = null;
        try
        {
            await foreach (ClassificationResult answer in client.ClassifyProgressAsync(request with { Image = image }, cancellationToken))
            {
                last = answer;
                progress.Report((double)answer.Cost.Rows / answer.Cost.FixedRows);
                progress.Note($"{answer.Labels[0].Label} {Figures.Percent(answer.Labels[0].Posterior)}");
            }

            ready(new ImageOutcome(file, last, null));
        }
        catch (ClassifierException exception) when (IsOfOneImage(exception))
        {
            ready(new ImageOutcome(file, null, exception.Message));
        }
    }

    // A request has room for few large images, and for many small ones.
    private async Task FewAsync(IReadOnlyList<string> files, ClassificationRequest request, IProgressDisplay progress,
        Action<ImageOutcome> ready, CancellationToken cancellationToken)
    {
        List<(string File, ReadOnlyMemory<byte> Image)> read = [];
        int done = 0;
        foreach (string file in files)
        {
            if (await ReadAsync(file, Take, cancellationToken) is not { } image)
                continue;
            if (read.Count == Few || read.Sum(each => (long)each.Image.Length) + image.Length > maxBytes)
                await SendAsync();
            read.Add((file, image));
        }

        await SendAsync();

        async Task SendAsync()
        {
            if (read.Count == 0)
                return;
            ClassificationRequest several = request with { Images = [.. read.Select(each => each.Image)] };
            await foreach (ImageAnswer image in client.ClassifyImagesAsync(several, cancellationToken))
                Take(new ImageOutcome(read[image.Index].File, image.Answer, image.Error?.Detail));
            read.Clear();
        }

        void Take(ImageOutcome outcome)
        {
            progress.Report((double)++done / files.Count);
            ready(outcome);
        }
    }

    private async Task ManyAsync(IReadOnlyList<string> files, ClassificationRequest request, IProgressDisplay progress,
        Action<ImageOutcome> ready, CancellationToken cancellationToken)
    {
        BatchDescription batch;
        try
        {
            batch = await client.Batches.SubmitAsync(request, await OpenAsync(files, cancellationToken), null, cancellationToken);
        }
        catch (ClassifierException exception) when (IsAboutImage(exception))
        {
            // A batch is accepted with all of its images or not at all: without one, each good one has its answer, and each bad one its
            // error.
            await FewAsync(files, request, progress, ready, cancellationToken);
            return;
        }

        await FollowAsync(batch, files, progress, ready, cancellationToken);
    }

    private async Task FollowAsync(BatchDescription batch, IReadOnlyList<string> files, IProgressDisplay progress,
        Action<ImageOutcome> ready, CancellationToken cancellationToken)
    {
        int done = 0;
        try
        {
            await foreach (BatchAnswer image in client.Batches.FollowAsync(batch.Id, cancellationToken))
            {
                progress.Report((double)++done / files.Count);
                ready(new ImageOutcome(files[image.Index], image.Answer, image.Error?.Detail));
            }
        }
        catch (OperationCanceledException)
        {
            await CancelAsync(batch);
            throw;
        }

        if (done < files.Count)
        {
            BatchDescription end = await client.Batches.GetAsync(batch.Id, cancellationToken);
            throw new UserException(
                $"The batch {end.Id} ended with {done:N0} of {files.Count:N0} images done: "
                    + $"{end.Error?.Detail ?? $"it is {EnumWords.Of(end.Status)}."}");
        }
    }

    private async Task CancelAsync(BatchDescription batch)
    {
        using var farewell = new CancellationTokenSource(Farewell);
        try
        {
            await client.Batches.CancelAsync(batch.Id, farewell.Token);
        }
        catch (Exception exception) when (exception is ClassifierException or OperationCanceledException)
        {
            ErrorReport.WriteLine($"The batch {batch.Id} could not be canceled: the server goes on with it.");
        }
    }

    // Standard input can be read only once, and a batch may have to be sent again.
    private async Task<IReadOnlyList<BatchImage>> OpenAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        List<BatchImage> images = [];
        foreach (string file in files)
        {
            images.Add(file == ImageFile.StandardInput
                ? BatchImage.FromBytes(file, (await ImageFile.ReadAsync(file, maxBytes, cancellationToken)).ToArray())
                : BatchImage.FromFile(file));
        }

        return images;
    }

    // Null: it cannot be read, which has been told.
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(string file, Action<ImageOutcome> ready, CancellationToken cancellationToken)
    {
        try
        {
            return await ImageFile.ReadAsync(file, maxBytes, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ready(new ImageOutcome(file, null, exception.Message));
            return null;
        }
    }
}
