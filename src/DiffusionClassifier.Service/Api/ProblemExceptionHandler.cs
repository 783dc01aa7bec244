using System.Globalization;
using DiffusionClassifier.Core.Errors;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace DiffusionClassifier.Service.Api;

/// <summary>Writes expected failures as problem+json; whatever it does not know is a fault of ours, logged, and a 500 without details.</summary>
internal sealed partial class ProblemExceptionHandler(IProblemDetailsService problems, ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest; // nobody reads it; logs and metrics do
            return true;
        }

        ClassificationException? expected = exception as ClassificationException ?? FromFramework(exception);
        if (expected is null)
        {
            LogUnexpected(exception, context.Request.Method, Route(context));
            return false;
        }

        if (expected.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        ProblemDetails problem = Problems.From(expected);
        if (problem.Status == StatusCodes.Status500InternalServerError)
            LogFailed(context.Request.Method, Route(context), ErrorCode.Of(expected.Error));
        context.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem, Exception = exception });
    }

    // Not the address: it is what the client sent, line breaks and all.
    private static string? Route(HttpContext context) => (context.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText;

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
