using DiffusionClassifier.Core.Errors;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace DiffusionClassifier.Service.Api;

/// <summary>What went wrong, for the client and, where it is the server's fault, for the log. Thread-safe.</summary>
internal sealed partial class Failures(ILogger<Failures> logger)
{
    /// <summary>The expected failure that an exception is; null: a fault of ours.</summary>
    public static ClassificationException? Expected(Exception exception) => exception as ClassificationException ?? FromFramework(exception);

    /// <summary>The problem to send; whatever is not expected is logged, and a 500 without details.</summary>
    public ProblemDetails Describe(Exception exception, HttpContext context)
    {
        if (Expected(exception) is not { } expected)
        {
            LogUnexpected(exception, context.Request.Method, Route(context));
            return new ProblemDetails { Status = StatusCodes.Status500InternalServerError };
        }

        ProblemDetails problem = Problems.From(expected);
        if (problem.Status == StatusCodes.Status500InternalServerError)
            LogFailed(context.Request.Method, Route(context), ErrorCode.Of(expected.Error));
        return problem;
    }

    // Not the address: it is what the client sent, line breaks and all. The handling of an exception clears the endpoint.
    private static string? Route(HttpContext context) =>
        ((context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint()) as RouteEndpoint)?.RoutePattern.RawText;

    // Kestrel's own refusals, such as a body over the limit or one that comes too slowly.
    private static ClassificationException? FromFramework(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new ClassificationException(ClassificationError.BodyTooLarge, "The request is larger than this server accepts: send a smaller image.", exception),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            new ClassificationException(ClassificationError.RequestTimeout, "The request came too slowly to wait for it: send it again over a faster connection.", exception),
        BadHttpRequestException bad =>
            new ClassificationException(ClassificationError.InvalidRequest, $"The request cannot be read: {bad.Message}", exception),
        _ => null,
    };

    // Without the exception: the device's thread has logged it, and the message for the caller may quote labels.
    [LoggerMessage(LogLevel.Error, "{Method} {Route} failed: {Code}.")]
    private partial void LogFailed(string method, string? route, string code);

    [LoggerMessage(LogLevel.Error, "{Method} {Route} failed unexpectedly.")]
    private partial void LogUnexpected(Exception exception, string method, string? route);
}
