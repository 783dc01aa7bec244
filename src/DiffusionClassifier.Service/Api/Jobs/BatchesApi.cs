using System.Text.Json;
using DiffusionClassifier.Jobs;
using DiffusionClassifier.Jobs.State;
using DiffusionClassifier.Service.Api.Errors;
using DiffusionClassifier.Service.Api.Repeats;
using DiffusionClassifier.Service.Api.Streaming;
using DiffusionClassifier.Service.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DiffusionClassifier.Service.Api.Jobs;

/// <summary><c>/batches</c>: many requests that are accepted together.</summary>
internal static class BatchesApi
{
    private const int UsualPage = 20;

    public static void MapBatchesApi(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/batches").WithTags("Batches").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/", SubmitAsync).WithName("submitBatch")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        group.MapGet("/", ListAsync).WithName("listBatches").ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{id}", GetAsync).WithName("getBatch").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{id}/results", ResultsAsync).WithName("getBatchResults").ProducesProblem(StatusCodes.Status404NotFound)
            .Produces(StatusCodes.Status200OK, responseType: null, AcceptHeader.JsonLines);
        group.MapDelete("/{id}", CancelAsync).WithName("cancelBatch").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Accepts many requests as one batch.</summary>
    /// <remarks>
    /// Either `multipart/form-data` with many `images` and the other fields of `POST /classify`, which apply to all of them; or
    /// `application/x-ndjson` with one request a line, as `{"custom_id": "1", "method": "POST", "url": "/classify", "body": {"image":
    /// "…base64…"}}`; the address may be `/match` as well. Such a file may also be sent as the form's field `file`.
    ///
    /// The whole of it is checked before the answer, 202, is sent: if one request is bad, nothing is accepted. It is then worked on to
    /// its end in between the requests of others, even if the server is restarted meanwhile. `Location` says where it is. With the header
    /// `Idempotency-Key` the same batch may be sent again: it is the same batch.
    /// </remarks>
    public static async Task<Accepted<BatchDescription>> SubmitAsync(
        HttpRequest request, BatchBody body, CancellationToken cancellationToken)
    {
        BatchDescription batch = await body.AcceptAsync(request, request.Caller().Tenant, IdempotencyKey.Of(request), cancellationToken);
        return TypedResults.Accepted($"{request.PathBase}/batches/{batch.Id}", batch);
    }

    /// <summary>Lists the caller's batches, newest first.</summary>
    /// <param name="batches">From the service.</param>
    /// <param name="request">The request.</param>
    /// <param name="before">The `next` of the page before.</param>
    /// <param name="limit">How many batches, 1 to 100; 20 where it is left out.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public static async Task<Ok<BatchList>> ListAsync(
        BatchService batches, HttpRequest request, string? before = null, int limit = UsualPage,
        CancellationToken cancellationToken = default)
    {
        JobRequests.CheckLimit(limit);
        IReadOnlyList<BatchDescription> page = await batches.ListAsync(request.Caller().Tenant, before, limit, cancellationToken);
        return TypedResults.Ok(new BatchList(page, page.Count == limit ? page[^1].Id : null));
    }

    /// <summary>Describes a batch: how many of its requests are answered.</summary>
    /// <param name="id" example="0199f4b2c1d27c5ca1b1a7f6a0f2a9d1">The batch's id, as its `Location` says.</param>
    /// <param name="request">The request.</param>
    /// <param name="batches">From the service.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public static async Task<Ok<BatchDescription>> GetAsync(
        string id, HttpRequest request, BatchService batches, CancellationToken cancellationToken) =>
        TypedResults.Ok(await batches.FindAsync(id, request.Caller().Tenant, cancellationToken));

    /// <summary>The results of a batch as JSON lines.</summary>
    /// <remarks>
    /// One line for each request that is answered, in their order: `{"index": 0, "custom_id": "1", "response": {"status_code": 200,
    /// "body": …}, "error": null}`, or with `error` in place of `response`. With `follow=true` the answer goes on until the batch has
    /// ended, and lines come as they are ready; `index` is the number of the request.
    /// </remarks>
    /// <param name="id" example="0199f4b2c1d27c5ca1b1a7f6a0f2a9d1">The batch's id, as its `Location` says.</param>
    /// <param name="context">The request.</param>
    /// <param name="batches">From the service.</param>
    /// <param name="lifetime">A server that stops ends its streams.</param>
    /// <param name="follow">Whether to wait for what is not answered yet.</param>
    public static async Task<EmptyHttpResult> ResultsAsync(
        string id, HttpContext context, BatchService batches, IHostApplicationLifetime lifetime, bool follow = false)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        string tenant = context.Request.Caller().Tenant;
        await batches.FindAsync(id, tenant, gone.Token); // an unknown batch is a 404
        context.Response.ContentType = AcceptHeader.JsonLines;
        context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would keep the lines until there are enough of them
        await context.Response.StartAsync(gone.Token);
        await foreach ((int index, LineResult result) in batches.ResultsAsync(id, tenant, follow, gone.Token))
        {
            await context.Response.BodyWriter.WriteAsync(Line(index, result), gone.Token);
            if (follow)
                await context.Response.BodyWriter.FlushAsync(gone.Token);
        }

        return TypedResults.Empty;
    }

    /// <summary>Cancels a batch, unless it has ended. What is answered stays.</summary>
    /// <param name="id" example="0199f4b2c1d27c5ca1b1a7f6a0f2a9d1">The batch's id, as its `Location` says.</param>
    /// <param name="request">The request.</param>
    /// <param name="batches">From the service.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public static async Task<Ok<BatchDescription>> CancelAsync(
        string id, HttpRequest request, BatchService batches, CancellationToken cancellationToken) =>
        TypedResults.Ok(await batches.CancelAsync(id, request.Caller().Tenant, cancellationToken));

    // As the results of other batch APIs, whose clients read it.
    private static byte[] Line(int index, LineResult result)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = AnswerJson.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteNumber("index", index);
            json.WriteString("custom_id", result.CustomId);
            if (result.Answer is { } answer)
                WriteResponse(json, answer);
            else
                WriteError(json, result);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void WriteResponse(Utf8JsonWriter json, string answer)
    {
        json.WriteStartObject("response");
        json.WriteNumber("status_code", StatusCodes.Status200OK);
        json.WritePropertyName("body");
        json.WriteRawValue(answer, skipInputValidation: true);
        json.WriteEndObject();
        json.WriteNull("error");
    }

    private static void WriteError(Utf8JsonWriter json, LineResult result)
    {
        json.WriteNull("response");
        json.WriteStartObject("error");
        json.WriteNumber("status_code", Problems.Status(result.ErrorCode!));
        json.WriteString("code", result.ErrorCode);
        json.WriteString("detail", result.ErrorDetail);
        json.WriteEndObject();
    }
}
