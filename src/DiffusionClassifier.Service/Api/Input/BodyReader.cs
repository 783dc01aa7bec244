using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Api.Errors;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// Reads multipart/form-data, or application/json with the same fields and images in base64: within limits of its own on bytes, memory
/// and time, because the framework's form reader keeps the whole body twice. Thread-safe.
/// </summary>
internal sealed class BodyReader(
    UploadMemory memory, ApiLimits limits, IOptions<UploadOptions> uploads, IOptions<EngineOptions> engine, TimeProvider time)
{
    /// <exception cref="ClassificationException">The body is neither, cannot be read, or has a field that does not exist.</exception>
    public async Task<RequestBody> ReadAsync(HttpRequest request, BodyFields fields, CancellationToken cancellationToken)
    {
        // Routing lets a request without a content type, or with one that is no header value, through to here.
        bool isForm = MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        if (!isForm && !request.HasJsonContentType())
            throw UnsupportedType();
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } coding
            && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw new ClassificationException(
                ClassificationError.UnsupportedContentType,
                "The body is compressed, as Content-Encoding says: send it as it is; images are compressed already.");
        }

        TimeSpan patience = uploads.Value.Timeout;
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var buffer = new UploadBuffer(memory, request.ContentLength, limits.MaxBody(fields.LargestFiles));
        try
        {
            (Dictionary<string, StringValues> texts, IReadOnlyList<(string, ReadOnlyMemory<byte>)> files) = isForm
                ? await new FormReader(fields, limits, engine.Value.MaxLabels + ApiLimits.FieldsBesideLabels, buffer)
                    .ReadAsync(request.Body, type!, either.Token)
                : await ReadJsonAsync(request.Body, fields, buffer, either.Token);
            return new RequestBody(new FieldValues(texts, engine.Value.MaxLabels), files, buffer);
        }
        catch (Exception exception)
        {
            buffer.Dispose();
            if (exception is OperationCanceledException && timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                throw TooSlow(patience, exception);
            throw;
        }
    }

    /// <summary>What to throw where a body is neither a form nor JSON.</summary>
    public static ClassificationException UnsupportedType() => new(ClassificationError.UnsupportedContentType, Problems.SendForm);

    /// <summary>What to throw where a body was not complete in time.</summary>
    public static ClassificationException TooSlow(TimeSpan patience, Exception? cause = null) =>
        new(ClassificationError.RequestTimeout,
            $"The request was not complete after {patience.TotalSeconds} seconds: send it again over a faster connection.",
            cause);

    private static async Task<(Dictionary<string, StringValues>, IReadOnlyList<(string, ReadOnlyMemory<byte>)>)> ReadJsonAsync(
        Stream body, BodyFields fields, UploadBuffer buffer, CancellationToken cancellationToken)
    {
        try
        {
            await buffer.AppendAsync(body, long.MaxValue, buffer.TooLarge, cancellationToken);
            return new JsonBody(fields, buffer.Whole()).Read();
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw new ClassificationException(
                ClassificationError.InvalidRequest,
                "The body ends before it is complete: the upload was cut off. Send it again.",
                exception);
        }
    }
}
