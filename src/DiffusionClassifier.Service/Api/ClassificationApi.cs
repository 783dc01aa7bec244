using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Scheduling;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DiffusionClassifier.Service.Api;

/// <summary><c>POST /classify</c>.</summary>
internal static partial class ClassificationApi
{
    public static void MapClassificationApi(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/classify", ClassifyAsync)
            .WithName("classify")
            .WithTags("Classification")
            .Accepts<ClassifyForm>("multipart/form-data")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status500InternalServerError)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Classifies one image.</summary>
    /// <remarks>
    /// The model is told each label in turn and predicts the noise that was added to the image; the label whose prediction is best wins.
    /// Every label sees the same noise at the same timesteps, so small differences can be told apart: `standardError` and
    /// `decision.marginStandardError` say how well. `posterior` is softmax(log prior − β·meanError).
    ///
    /// Try it with the image `samples/ship.png` and no other field.
    /// </remarks>
    public static async Task<Ok<ClassificationResult>> ClassifyAsync(HttpRequest request, ClassificationEngine engine, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ClassificationRequest classification = await ClassifyFormReader.ReadAsync(request, cancellationToken);
        ClassificationResult result = await engine.ClassifyAsync(classification, progress: null, cancellationToken);
        LogAnswered(loggers.CreateLogger(typeof(ClassificationApi)), result.Id, result.Model, result.Cost.Rows, result.Cost.QueueSeconds, result.Cost.TotalSeconds);
        return TypedResults.Ok(result);
    }

    [LoggerMessage(LogLevel.Information, "Answered {Id} with {Model}: {Rows} rows, {QueueSeconds:0.000} s in the queue, {TotalSeconds:0.000} s in all.")]
    private static partial void LogAnswered(ILogger logger, string id, string model, int rows, double queueSeconds, double totalSeconds);
}
