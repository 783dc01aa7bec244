using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Service.Api.Input;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DiffusionClassifier.Service.Api;

/// <summary><c>POST /classify</c> and <c>POST /match</c>.</summary>
internal static partial class ClassificationApi
{
    public static void MapClassificationApi(this IEndpointRouteBuilder routes)
    {
        Describe(routes.MapPost("/classify", ClassifyAsync).WithName("classify").Accepts<ClassifyFields>("multipart/form-data", "application/json"));
        Describe(routes.MapPost("/match", MatchAsync).WithName("match").Accepts<MatchFields>("multipart/form-data", "application/json"));
    }

    /// <summary>Classifies one image.</summary>
    /// <remarks>
    /// The model is told each label in turn and predicts the noise that was added to the image; the label whose prediction is best wins.
    /// Every label sees the same noise at the same timesteps, so small differences can be told apart: `standardError` and
    /// `decision.marginStandardError` say how well. `posterior` is softmax(log prior − β·meanError).
    ///
    /// Try it with the image `samples/ship.png` and no other field.
    /// </remarks>
    public static async Task<Ok<ClassificationResult>> ClassifyAsync(HttpRequest request, BodyReader bodies, ClassificationEngine engine, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        using RequestBody body = await bodies.ReadAsync(request, RequestReader.Classify, cancellationToken);
        ClassificationResult result = await engine.ClassifyAsync(RequestReader.ToClassify(body), progress: null, cancellationToken);
        LogAnswered(loggers.CreateLogger(typeof(ClassificationApi)), result.Id, result.Model, result.Cost.Rows, result.Cost.QueueSeconds, result.Cost.TotalSeconds);
        return TypedResults.Ok(result);
    }

    /// <summary>Scores images against captions.</summary>
    /// <remarks>
    /// Every caption is scored on every image, all on the same noise. Captions of one image can be compared; scores of different images
    /// cannot, because the images themselves are not equally likely, unless `normalizeByNull` is sent. Two images and two captions that
    /// belong together in order also get Winoground's text, image and group verdicts.
    /// </remarks>
    public static async Task<Ok<MatchResult>> MatchAsync(HttpRequest request, BodyReader bodies, ImageTextMatcher matcher, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        using RequestBody body = await bodies.ReadAsync(request, RequestReader.Match, cancellationToken);
        MatchResult result = await matcher.MatchAsync(RequestReader.ToMatch(body), cancellationToken);
        LogAnswered(loggers.CreateLogger(typeof(ClassificationApi)), result.Id, result.Model, result.Cost.Rows, result.Cost.QueueSeconds, result.Cost.TotalSeconds);
        return TypedResults.Ok(result);
    }

    private static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .WithTags("Classification")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status408RequestTimeout)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status500InternalServerError)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    [LoggerMessage(LogLevel.Information, "Answered {Id} with {Model}: {Rows} rows, {QueueSeconds:0.000} s in the queue, {TotalSeconds:0.000} s in all.")]
    private static partial void LogAnswered(ILogger logger, string id, string model, int rows, double queueSeconds, double totalSeconds);
}
