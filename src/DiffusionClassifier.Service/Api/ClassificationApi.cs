using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs;
using DiffusionClassifier.Service.Api.Batches;
using DiffusionClassifier.Service.Api.Input;
using DiffusionClassifier.Service.Api.Jobs;
using DiffusionClassifier.Service.Api.Repeats;
using DiffusionClassifier.Service.Api.Streaming;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Api;

/// <summary><c>POST /classify</c> and <c>POST /match</c>.</summary>
internal static partial class ClassificationApi
{
    public static void MapClassificationApi(this IEndpointRouteBuilder routes)
    {
        Describe(routes.MapPost("/classify", ClassifyAsync)
            .WithName("classify")
            .Produces<ClassificationResult>()
            .Produces<JobDescription>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout)
            .Accepts<ClassificationRequest>("multipart/form-data", "application/json"));
        Describe(routes.MapPost("/match", MatchAsync)
            .WithName("match")
            .Produces<MatchResult>()
            .Produces<JobDescription>(StatusCodes.Status202Accepted)
            .Accepts<MatchRequest>("multipart/form-data", "application/json"));
    }

    /// <summary>Classifies an image, or several.</summary>
    /// <remarks>
    /// The model is told each label in turn and predicts the noise that was added to the image; the label whose prediction is best wins.
    /// Every label sees the same noise at the same timesteps, so small differences can be told apart: `standardError` and
    /// `decision.marginStandardError` say how well. `posterior` is softmax(log prior − β·meanError).
    ///
    /// With `Accept: text/event-stream` the answer to one image comes as events: `progress` with the answer so far, whenever there is a
    /// better one, then `result` with the answer, or `error` with a problem. Requests that are refused before that get their status, as
    /// without it.
    ///
    /// Several files in `images` are answered together, each with an answer or an error of its own; with `Accept: application/x-ndjson`
    /// each on a line as soon as it is ready, with `Accept: text/csv` as a table. An error in the other fields refuses the whole request.
    ///
    /// With the header `Idempotency-Key` the same request may be sent again: it gets the same response.
    ///
    /// Try it with the image `samples/ship.png` and no other field, or as application/json, whose example has an image in it.
    /// </remarks>
    public static async Task<IResult> ClassifyAsync(
        HttpRequest request,
        BodyReader bodies,
        ClassificationEngine engine,
        AnswerStream stream,
        ImageBatch batch,
        BatchResponse response,
        JobService jobs,
        LargeRequests large,
        RepeatedRequests repeats,
        IOptions<UploadOptions> uploads,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        using RequestBody body = await bodies.ReadAsync(request, RequestBinder.Classify, cancellationToken);
        ClassificationRequest fields = RequestBinder.Bind<ClassificationRequest>(body);
        var preference = Preference.Of(request);
        string form = AcceptHeader.Preferred(request);
        if (preference.RespondAsync || large.Include(request, fields, form))
            return await JobsApi.PreferAsync(request, preference, fields, jobs, cancellationToken);
        CheckImages(fields, form, uploads.Value.MaxImages);
        return await repeats.AnswerAsync(request.HttpContext, fields, body, form, AnswerAsync);

        async Task<IResult> AnswerAsync()
        {
            if (fields.Images.Count > 0 || form is AcceptHeader.JsonLines or AcceptHeader.Csv)
            {
                IAsyncEnumerable<ImageAnswer> answers =
                    batch.AnswersAsync(fields, request.Caller(), body.Dispose, request.HttpContext, cancellationToken);
                answers = answers.Select(answer => Log(loggers, answer));
                await response.WriteAsync(request.HttpContext.Response, form, answers, cancellationToken);
                return TypedResults.Empty;
            }

            var submission = new Submission(fields) { Caller = request.Caller(), ReleaseImage = body.Dispose };
            if (form == AcceptHeader.EventStream)
            {
                if (await stream.AnswerAsync(request.HttpContext, submission) is { } last)
                    Log(loggers, last.Id, last.Model, last.Cost);
                return TypedResults.Empty;
            }

            ClassificationResult result = await engine.Submit(submission, cancellationToken).Result;
            Log(loggers, result.Id, result.Model, result.Cost);
            ServerTiming.Set(request.HttpContext.Response, result.Cost);
            return TypedResults.Ok(result);
        }
    }

    /// <summary>Scores images against captions.</summary>
    /// <remarks>
    /// Every caption is scored on every image, all on the same noise. Captions of one image can be compared; scores of different images
    /// cannot, because the images themselves are not equally likely, unless `normalizeByNull` is sent. Two images and two captions that
    /// belong together in order also get Winoground's text, image and group verdicts.
    ///
    /// With the header `Idempotency-Key` the same request may be sent again: it gets the same response.
    /// </remarks>
    public static async Task<IResult> MatchAsync(
        HttpRequest request, BodyReader bodies, ImageTextMatcher matcher, RepeatedRequests repeats, JobService jobs, LargeRequests large,
        ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        using RequestBody body = await bodies.ReadAsync(request, RequestBinder.Match, cancellationToken);
        MatchRequest fields = RequestBinder.Bind<MatchRequest>(body);
        var preference = Preference.Of(request);
        if (preference.RespondAsync || large.Include(request, fields))
            return await JobsApi.PreferAsync(request, preference, fields, jobs, cancellationToken);
        return await repeats.AnswerAsync(request.HttpContext, fields, body, AcceptHeader.Json, AnswerAsync);

        async Task<IResult> AnswerAsync()
        {
            MatchResult result = await matcher.MatchAsync(fields, request.Caller(), body.Dispose, cancellationToken: cancellationToken);
            Log(loggers, result.Id, result.Model, result.Cost);
            ServerTiming.Set(request.HttpContext.Response, result.Cost);
            return TypedResults.Ok(result);
        }
    }

    private static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .WithTags("Classification")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status408RequestTimeout)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status500InternalServerError)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static void CheckImages(ClassificationRequest request, string form, int most)
    {
        string? problem = request.Images.Count > most
            ? $"{request.Images.Count} images were sent; one request may have at most {most}: send several requests."
            : request.Images.Count > 0 && form == AcceptHeader.EventStream
                ? $"An event stream is for one image: send it as image, or accept {AcceptHeader.JsonLines} for several."
                : null;
        if (problem is not null)
            throw new ClassificationException(ClassificationError.InvalidRequest, problem) { Field = "images" };
    }

    private static ImageAnswer Log(ILoggerFactory loggers, ImageAnswer image)
    {
        if (image.Answer is { } answer)
            Log(loggers, answer.Id, answer.Model, answer.Cost);
        return image;
    }

    private static void Log(ILoggerFactory loggers, string id, string model, CostSummary cost) =>
        LogAnswered(loggers.CreateLogger(typeof(ClassificationApi)), id, model, cost.Rows, cost.QueueSeconds, cost.TotalSeconds);

    [LoggerMessage(
        LogLevel.Information,
        "Answered {Id} with {Model}: {Rows} rows, {QueueSeconds:0.000} s in the queue, {TotalSeconds:0.000} s in total.")]
    private static partial void LogAnswered(ILogger logger, string id, string model, int rows, double queueSeconds, double totalSeconds);
}
