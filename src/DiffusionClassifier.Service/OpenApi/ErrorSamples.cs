using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Samples;
using DiffusionClassifier.Jobs.Errors;
using DiffusionClassifier.Service.Api.Errors;
using DiffusionClassifier.Service.Api.Input;
using DiffusionClassifier.Service.Api.Jobs;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Health;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>
/// Problems as this server sends them, made by the code that refuses requests: no text of an error is written twice. Thread-safe.
/// </summary>
internal sealed class ErrorSamples(
    AccessGate gate,
    IImagePreprocessor images,
    ApiLimits limits,
    IOptions<EngineOptions> engine,
    IOptions<UploadOptions> uploads,
    IOptions<JsonOptions> json)
{
    private const string JobId = "e788f5be5a33fb043188023a0e82c0f3";

    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736"; // the W3C's own example

    private static readonly byte[] Gif = [.. "GIF89a"u8], BarePng = [0x89, .. "PNG\r\n\x1A\n"u8];

    private static readonly Dictionary<string, StringValues> NoNumber = new() { ["trials"] = "many" };

    /// <summary>The body of each error that one operation gives with one status, by its code.</summary>
    /// <param name="operation">The operation's id.</param>
    /// <param name="status">The HTTP status.</param>
    public IEnumerable<(string Code, JsonNode Body)> Of(string? operation, int status)
    {
        IEnumerable<ClassificationException> errors = operation switch
        {
            "live" => [HealthApi.NotAlive(["cuda:0"])],
            "ready" => [HealthApi.NotReady()],
            "match" => OfRequests(RequestBinder.Match),
            "listJobs" => [JobRequests.WrongLimit(0), JobErrors.Away(isShared: true)],
            "listBatches" => [JobRequests.WrongLimit(0), JobErrors.Away(isShared: true)],
            "getBatch" or "getBatchResults" or "cancelBatch" => [JobErrors.UnknownBatch(JobId), JobErrors.Away(isShared: true)],
            "submitBatch" =>
            [
                .. OfRequests(RequestBinder.Classify).Where(error => error.Error != ClassificationError.RequestTimeout),
                JobErrors.Conflict(),
                JobErrors.TooMany(),
            ],
            "addTrials" =>
            [
                JobRequests.MissingTrials(), JobErrors.Unknown(JobId), JobErrors.Conflict(), JobErrors.TooMany(),
                JobErrors.Away(isShared: true),
            ],
            "loadModel" or "unloadModel" =>
            [
                gate.Missing(), gate.NoManager(), .. SampleErrors.All(engine.Value).Where(error => error.Error
                    is ClassificationError.UnknownModel or ClassificationError.ModelFailure or ClassificationError.Draining),
            ],
            "getJob" or "watchJob" or "cancelJob" => [JobErrors.Unknown(JobId), JobErrors.Away(isShared: true)],
            _ => OfRequests(RequestBinder.Classify),
        };
        IEnumerable<ProblemDetails> problems = errors
            .Where(error => operation == "classify" || error.Error != ClassificationError.DeadlineExceeded)
            .DistinctBy(error => error.Error) // limits that are set to nothing may refuse one thing for another
            .Select(Problems.From)
            .Append(new ProblemDetails { Status = StatusCodes.Status500InternalServerError })
            .Where(problem => problem.Status == status);
        return problems.Select(problem => Problems.Complete(problem)).Select(problem =>
        {
            problem.Extensions["traceId"] = TraceId;
            return ((string)problem.Extensions["code"]!, JsonSerializer.SerializeToNode(problem, json.Value.SerializerOptions)!);
        });
    }

    private IEnumerable<ClassificationException> OfRequests(BodyFields fields)
    {
        ClassificationException?[] ours =
        [
            fields == RequestBinder.Match ? null : BodyFields.MissingFile(fields.Files[0]), // that of a match is the engine's
            Refused(() => fields.CheckKnown("trails")),
            Refused(() => new FieldValues(NoNumber, maxValues: 1).Integer("trials")),
            Refused(() => images.ReadHeader(BarePng)),
            gate.Missing(),
            gate.Forbidden(),
            BodyReader.TooSlow(uploads.Value.Timeout),
            BodyFields.TooLargeFile(fields.Files[0], limits),
            UploadBuffer.TooLarge(limits.MaxBody(fields.LargestFiles)),
            Refused(() => images.ReadHeader(Gif)),
            BodyReader.UnsupportedType(),
        ];
        return ours.OfType<ClassificationException>()
            .Concat(SampleErrors.All(engine.Value)).Append(HealthApi.NotReady()).Append(JobErrors.Conflict());
    }

    // Null if another decoder of images is registered, which may take anything.
    private static ClassificationException? Refused(Action refuse)
    {
        try
        {
            refuse();
            return null;
        }
        catch (ClassificationException exception)
        {
            return exception;
        }
    }
}
