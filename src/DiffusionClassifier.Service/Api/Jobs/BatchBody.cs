using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Service.Api.Input;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Api.Jobs;

/// <summary>
/// Reads the body of a batch, which may be larger than memory: it is stored while it comes. Owns how many come at once; thread-safe.
/// </summary>
internal sealed class BatchBody(
    BatchService batches, UploadMemory memory, ApiLimits limits, IOptions<EngineOptions> engine, IOptions<JobsOptions> jobs) : IDisposable
{
    private const int UploadsAtOnce = 4; // each holds a part and a line in memory

    // Base64 takes four bytes for three; the rest is room for labels and other fields.
    private const int BodyPerImages = 2;

    private static readonly string[] JsonLines = ["application/x-ndjson", "application/jsonl", "application/x-jsonlines"];
    private static readonly TimeSpan UntilRetry = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _uploads = new(UploadsAtOnce);

    /// <summary>Reads, checks, stores and accepts a batch.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="key">The client's Idempotency-Key; null: none.</param>
    /// <param name="cancellationToken">Of the request.</param>
    /// <exception cref="ClassificationException">What is wrong with it; nothing was accepted.</exception>
    public async Task<BatchDescription> AcceptAsync(HttpRequest request, string tenant, string? key, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || !IsForm(type) && !IsLines(type))
        {
            throw new ClassificationException(ClassificationError.UnsupportedContentType,
                "Send the batch as application/x-ndjson, one request a line, or as multipart/form-data with many images, as in: "
                    + "curl -F images=@1.jpg -F images=@2.jpg -F labels=cat -F labels=dog …");
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = jobs.Value.MaxBatchBytes * BodyPerImages;
        if (!await _uploads.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw new ClassificationException(ClassificationError.Overloaded,
                $"The server is receiving {UploadsAtOnce} batches: send yours again in a moment.")
            { RetryAfter = UntilRetry };
        }

        try
        {
            await using BatchUpload upload = await batches.BeginAsync(tenant, cancellationToken);
            ClassificationRequest? template = null;
            int maxValues = engine.Value.MaxLabels;
            if (IsForm(type))
            {
                int parts = jobs.Value.MaxBatchRequests + maxValues + ApiLimits.FieldsBesideLabels;
                template = await new BatchForm(upload, memory, limits, parts, maxValues).ReadAsync(request.Body, type, cancellationToken);
            }
            else
            {
                await new BatchLines(upload, memory, limits.MaxBody(ApiLimits.LargestImages), maxValues)
                    .ReadAsync(request.Body, cancellationToken);
            }

            return await upload.AcceptAsync(template, key, cancellationToken);
        }
        finally
        {
            _uploads.Release();
        }
    }

    public void Dispose() => _uploads.Dispose();

    private static bool IsForm(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    private static bool IsLines(MediaTypeHeaderValue type) =>
        Array.Exists(JsonLines, known => type.MediaType.Equals(known, StringComparison.OrdinalIgnoreCase));
}
