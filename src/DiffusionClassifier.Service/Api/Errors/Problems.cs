using System.Diagnostics;
using DiffusionClassifier.Core.Errors;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace DiffusionClassifier.Service.Api.Errors;

/// <summary>
/// The one place where errors become HTTP: status, stable <c>type</c> and <c>code</c>, and what to do as <c>detail</c> (RFC 9457).
/// </summary>
internal static class Problems
{
    /// <summary>What to do about <see cref="ClassificationError.UnsupportedContentType"/>.</summary>
    public const string SendForm = "Send the request as multipart/form-data with the image as a file, as in: "
        + "curl -F image=@photo.jpg …; or as application/json with the image in base64.";

    private const string TypePrefix = "urn:diffusion-classifier:error:";

    /// <summary>The expected failure that an exception is; null: a fault of the server.</summary>
    public static ClassificationException? Expected(Exception exception) =>
        exception as ClassificationException ?? FromFramework(exception);

    public static int Status(ClassificationError error) => error switch
    {
        ClassificationError.InvalidRequest or ClassificationError.UnknownField or ClassificationError.MissingImage
            or ClassificationError.InvalidImage or ClassificationError.UnknownLabel => StatusCodes.Status400BadRequest,
        ClassificationError.Unauthorized => StatusCodes.Status401Unauthorized,
        ClassificationError.Forbidden => StatusCodes.Status403Forbidden,
        ClassificationError.UnknownModel or ClassificationError.UnknownJob => StatusCodes.Status404NotFound,
        ClassificationError.RequestTimeout => StatusCodes.Status408RequestTimeout,
        ClassificationError.ImageTooLarge or ClassificationError.BodyTooLarge => StatusCodes.Status413PayloadTooLarge,
        ClassificationError.UnsupportedImageFormat or ClassificationError.UnsupportedContentType =>
            StatusCodes.Status415UnsupportedMediaType,
        ClassificationError.TooManyRows or ClassificationError.IdempotencyConflict => StatusCodes.Status422UnprocessableEntity,
        ClassificationError.QuotaExceeded => StatusCodes.Status429TooManyRequests,
        ClassificationError.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        ClassificationError.Overloaded or ClassificationError.NotReady or ClassificationError.NotAlive
            or ClassificationError.Draining => StatusCodes.Status503ServiceUnavailable,
        ClassificationError.ModelFailure => StatusCodes.Status500InternalServerError,
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, null),
    };

    /// <summary>The status for an error's word.</summary>
    public static int Status(string code) => Enum.GetValues<ClassificationError>().Where(error => ErrorCode.Of(error) == code)
        .Select(Status).FirstOrDefault(StatusCodes.Status500InternalServerError);

    /// <summary>Whether the same request may succeed another time: then the fault is not its own.</summary>
    public static bool MayPass(int status) =>
        status is StatusCodes.Status429TooManyRequests or >= StatusCodes.Status500InternalServerError;

    public static ProblemDetails From(ClassificationException exception)
    {
        var problem = new ProblemDetails
        {
            Status = Status(exception.Error),
            Type = TypePrefix + ErrorCode.Of(exception.Error),
            Title = Title(exception.Error),
            Detail = exception.Message,
            Extensions = { ["code"] = ErrorCode.Of(exception.Error) },
        };
        if ((exception.Field ?? (exception.IsAboutImage ? "image" : null)) is { } field) // what reads image files knows no form
            problem.Extensions["field"] = field;
        return problem;
    }

    /// <summary>Adds the trace id, and gives problems that the framework made (404, 405, 500 …) the fields that ours have.</summary>
    public static ProblemDetails Complete(ProblemDetails problem)
    {
        problem.Title ??= problem.Status == StatusCodes.Status415UnsupportedMediaType
            ? Title(ClassificationError.UnsupportedContentType) // whoever sees it first, routing or we
            : ReasonPhrases.GetReasonPhrase(problem.Status!.Value);
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString();
        if (problem.Extensions.ContainsKey("code"))
            return problem;
        (string code, string detail) = problem.Status switch
        {
            StatusCodes.Status404NotFound => ("not_found", "There is nothing at this address: /swagger lists all addresses."),
            StatusCodes.Status405MethodNotAllowed => ("method_not_allowed", "This address takes a different method: /swagger says which."),
            StatusCodes.Status415UnsupportedMediaType => (ErrorCode.Of(ClassificationError.UnsupportedContentType), SendForm),
            < StatusCodes.Status500InternalServerError => ("invalid_request", "The request cannot be read as HTTP."),
            _ => ("internal_error", "The server has a fault. Its log has the details under this trace id."),
        };
        problem.Extensions["code"] = code;
        problem.Type = TypePrefix + code;
        problem.Detail ??= detail;
        return problem;
    }

    // Kestrel's own refusals, such as a body over the limit or one that comes too slowly.
    private static ClassificationException? FromFramework(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new ClassificationException(
                ClassificationError.BodyTooLarge, "The request is larger than this server accepts: send a smaller image.", exception),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            new ClassificationException(
                ClassificationError.RequestTimeout,
                "The request arrived too slowly: send it again over a faster connection.",
                exception),
        BadHttpRequestException bad =>
            new ClassificationException(ClassificationError.InvalidRequest, $"The request cannot be read: {bad.Message}", exception),
        _ => null,
    };

    private static string Title(ClassificationError error) => error switch
    {
        ClassificationError.InvalidRequest => "The request is not valid",
        ClassificationError.UnknownField => "The request has an unknown field",
        ClassificationError.Unauthorized => "The API key or token is missing or wrong",
        ClassificationError.Forbidden => "The key or token does not allow this",
        ClassificationError.UnsupportedContentType => "The content type is not supported",
        ClassificationError.RequestTimeout => "The request arrived too slowly",
        ClassificationError.BodyTooLarge => "The request is too large",
        ClassificationError.MissingImage => "The image is missing",
        ClassificationError.UnsupportedImageFormat => "The image format is not supported",
        ClassificationError.InvalidImage => "The image cannot be decoded",
        ClassificationError.ImageTooLarge => "The image is too large",
        ClassificationError.UnknownModel => "The model is unknown",
        ClassificationError.UnknownLabel => "The label is unknown to the model",
        ClassificationError.TooManyRows => "The request would cost too much",
        ClassificationError.Overloaded => "The server is at capacity",
        ClassificationError.QuotaExceeded => "Too many requests at once",
        ClassificationError.UnknownJob => "The job is unknown",
        ClassificationError.IdempotencyConflict => "The Idempotency-Key belongs to another request",
        ClassificationError.DeadlineExceeded => "The deadline was too short",
        ClassificationError.NotReady => "The server is not ready",
        ClassificationError.NotAlive => "A device has failed",
        ClassificationError.Draining => "The server is shutting down",
        ClassificationError.ModelFailure => "The model failed",
        _ => "Error",
    };
}
