using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace DiffusionClassifier.Client;

/// <summary>Bodies of batches, which are made while they are sent.</summary>
internal sealed class BatchContent : HttpContent
{
    private readonly Func<Stream, CancellationToken, Task> _write;

    private BatchContent(Func<Stream, CancellationToken, Task> write) => _write = write;

    /// <summary>A form of many images, and of fields that apply to all of them.</summary>
    public static MultipartFormDataContent Form(ClassificationRequest fields, IEnumerable<BatchImage> images)
    {
        var form = new MultipartFormDataContent();
        foreach ((string name, string text) in RequestJson.Texts(fields))
            form.Add(new StringContent(text), name);
        foreach (BatchImage image in images)
        {
            var file = new BatchContent((body, cancellationToken) => CopyAsync(image, body, cancellationToken));
            form.Add(file, "images", OneLine(image.Name));
        }

        return form;
    }

    /// <summary>JSON lines, one for each request.</summary>
    public static BatchContent Lines(IAsyncEnumerable<BatchItem> items) =>
        new((body, cancellationToken) => WriteAsync(items, body, cancellationToken))
        { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _write(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _write(stream, cancellationToken);

    private static async Task CopyAsync(BatchImage image, Stream body, CancellationToken cancellationToken)
    {
        await using Stream file = Open(image);
        await file.CopyToAsync(body, cancellationToken);
    }

    // Not as it was thrown: it would look as if the connection had failed, and the batch would be sent again.
    private static Stream Open(BatchImage image)
    {
        try
        {
            return image.Open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClassifierException(
                ClassifierException.UnreadableImage, $"The image '{image.Name}' cannot be read: {exception.Message}", exception);
        }
    }

    private static async Task WriteAsync(IAsyncEnumerable<BatchItem> items, Stream body, CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<BatchItem> each = items.GetAsyncEnumerator(cancellationToken);
        while (await MoveAsync(each))
        {
            string url = each.Current.Request is MatchRequest ? "/match" : "/classify";
            var line = new { custom_id = each.Current.Id, method = "POST", url, body = (object)each.Current.Request };
            await JsonSerializer.SerializeAsync(body, line, RequestJson.Options, cancellationToken);
            body.WriteByte((byte)'\n');
        }
    }

    private static async ValueTask<bool> MoveAsync(IAsyncEnumerator<BatchItem> each)
    {
        try
        {
            return await each.MoveNextAsync();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClassifierException(
                ClassifierException.UnreadableImage, $"A request of the batch cannot be made: {exception.Message}", exception);
        }
    }

    private static string OneLine(string name) => string.Concat(name.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
