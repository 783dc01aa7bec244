using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DiffusionClassifier.Core.Answers;
using DiffusionClassifier.Jobs.Errors;
using DiffusionClassifier.Service.Answers;
using DiffusionClassifier.Service.Api.Input;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Api.Repeats;

/// <summary>
/// Sends the response to a request with an Idempotency-Key again when the request comes again, also while the first one is running. What
/// failed for a reason of the server's is not remembered: it may succeed the next time. Owns the responses; thread-safe.
/// </summary>
internal sealed class RepeatedRequests(IOptions<IdempotencyOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>Says that a response is an earlier one.</summary>
    public const string Replayed = "Idempotent-Replayed";

    private static readonly object Failed = new();

    private readonly BoundedCache<KeptResponse> _kept = new(options.Value.MaxBytes, options.Value.KeepFor, time);
    private readonly SharedWork<(string Tenant, string Key), KeptResponse> _running = new();

    /// <summary>A part of the response says that something failed which may succeed the next time.</summary>
    public static void Forget(HttpContext context) => context.Items[Failed] = true;

    /// <summary>Answers a request, or sends the answer that it had before.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="fields">The request.</param>
    /// <param name="body">Its files.</param>
    /// <param name="form">The form of the answer.</param>
    /// <param name="answer">Answers it.</param>
    /// <exception cref="Core.Errors.ClassificationException">The key belongs to another request.</exception>
    public async Task<IResult> AnswerAsync(
        HttpContext context, ImageRequest fields, RequestBody body, string form, Func<Task<IResult>> answer)
    {
        if (IdempotencyKey.Of(context.Request) is not { } key)
            return await answer();
        (string, string) id = (context.Request.Caller().Tenant, key);
        string digest = Digest(context.Request.Path, fields, body, form);
        if (_kept.Find(id) is { } known)
            return Repeat(context, known, digest);
        if (_running.Find(id) is { } running && running.Note != digest)
            throw JobErrors.Conflict();
        (KeptResponse? other, SharedTurn<KeptResponse>? turn) = await _running.WaitAsync(id, digest, context.RequestAborted);
        using (turn)
        {
            other ??= _kept.Find(id); // the one before may have ended in between
            if (other is not null)
                return Repeat(context, other, digest);
            try
            {
                if (await RecordAsync(context, digest, answer) is { } response)
                {
                    _kept.Keep(id, response, response.Bytes);
                    turn?.Complete(response);
                }
            }
            catch (OperationCanceledException)
            {
                turn?.Cancel();
                throw;
            }
        }

        return TypedResults.Empty;
    }

    public void Dispose() => _kept.Dispose();

    private static FileContentHttpResult Repeat(HttpContext context, KeptResponse response, string digest)
    {
        if (response.Digest != digest)
            throw JobErrors.Conflict();
        context.Response.Headers[Replayed] = "true";
        return TypedResults.Bytes(response.Body, response.ContentType);
    }

    private static string Digest(PathString path, ImageRequest fields, RequestBody body, string form)
    {
        ImageRequest withoutFiles = fields switch
        {
            ClassificationRequest classify => classify with { Image = default, Images = [] },
            MatchRequest match => match with { Images = [] },
            _ => fields,
        };
        var text = new StringBuilder($"{path}\n{form}\n");
        text.Append(JsonSerializer.Serialize(withoutFiles, withoutFiles.GetType(), AnswerJson.Options));
        foreach ((string field, ReadOnlyMemory<byte> file) in body.Files)
            text.Append('\n').Append(field).Append(Convert.ToHexStringLower(SHA256.HashData(file.Span)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    // Null: there is no response that is worth remembering.
    private async Task<KeptResponse?> RecordAsync(HttpContext context, string digest, Func<Task<IResult>> answer)
    {
        HttpResponse response = context.Response;
        Stream client = response.Body;
        await using var record = new RecordingStream(client, options.Value.MaxBytes);
        response.Body = record;
        try
        {
            await (await answer()).ExecuteAsync(context);
            await response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        finally
        {
            response.Body = client;
        }

        return context.Items.ContainsKey(Failed) || record.Copy is not { } copy
            ? null
            : new KeptResponse(digest, response.ContentType, copy);
    }
}
