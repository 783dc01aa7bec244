using System.Globalization;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Auth;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace DiffusionClassifier.Service.Api.Errors;

/// <summary>
/// Writes every error as problem+json, with the headers that belong to it, and logs those that are the server's fault; also to clients
/// whose Accept header names another type: the framework's own writer declines those, and what follows is an empty body or a 500.
/// RFC 9110, 12.5.1, lets a server disregard Accept. What an error means is <see cref="Problems"/>'. Thread-safe.
/// </summary>
internal sealed partial class ProblemWriter(ILogger<ProblemWriter> logger) : IExceptionHandler, IProblemDetailsWriter
{
    public const string ContentType = "application/problem+json";

    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest; // not read by the client, but in logs and metrics
            return true;
        }

        ProblemDetails problem = Describe(exception, context);
        if (Problems.Expected(exception) is { } expected)
            SetHeaders(context, expected);
        context.Response.StatusCode = problem.Status!.Value;
        await WriteAsync(problem, context);
        return true;
    }

    /// <inheritdoc/>
    public bool CanWrite(ProblemDetailsContext context) => true;

    /// <summary>Writes the problems that the framework makes, for statuses without a body.</summary>
    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        context.ProblemDetails.Status ??= context.HttpContext.Response.StatusCode;
        return new ValueTask(WriteAsync(Problems.Complete(context.ProblemDetails), context.HttpContext));
    }

    /// <summary>The problem to send; anything unexpected is logged, and a 500 without details.</summary>
    public ProblemDetails Describe(Exception exception, HttpContext context)
    {
        if (Problems.Expected(exception) is not { } expected)
        {
            LogUnexpected(exception, context.Request.Method, Route(context));
            return Problems.Complete(new ProblemDetails { Status = StatusCodes.Status500InternalServerError });
        }

        ProblemDetails problem = Problems.From(expected);
        if (problem.Status == StatusCodes.Status500InternalServerError)
            LogFailed(context.Request.Method, Route(context), ErrorCode.Of(expected.Error));
        else if (expected is { Error: ClassificationError.NotReady, InnerException: { } cause })
            LogNotReady(context.Request.Method, Route(context), cause.GetBaseException().Message);
        return Problems.Complete(problem);
    }

    private static Task WriteAsync(ProblemDetails problem, HttpContext context) =>
        context.Response.WriteAsJsonAsync(problem, options: null, contentType: ContentType, context.RequestAborted);

    private static void SetHeaders(HttpContext context, ClassificationException exception)
    {
        IHeaderDictionary headers = context.Response.Headers;
        if (exception.RetryAfter is { } wait)
            headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (exception.Error is ClassificationError.Unauthorized or ClassificationError.Forbidden)
            headers.WWWAuthenticate = context.Features.Get<Challenge>()?.Header ?? AccessGate.Scheme;
        if (exception.Error == ClassificationError.Draining && HttpProtocol.IsHttp11(context.Request.Protocol))
            headers.Connection = "close"; // the next request of this client goes to another replica
    }

    // Not the address: it is what the client sent, line breaks and all. The handling of an exception clears the endpoint.
    private static string? Route(HttpContext context) =>
        ((context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint()) as RouteEndpoint)?.RoutePattern.RawText;

    // Without the exception: the device's thread has logged it, and the message for the caller may quote labels.
    [LoggerMessage(LogLevel.Error, "{Method} {Route} failed: {Code}.")]
    private partial void LogFailed(string method, string? route, string code);

    // What the caller was told that the log says.
    [LoggerMessage(LogLevel.Warning, "{Method} {Route} was refused for now: {Cause}")]
    private partial void LogNotReady(string method, string? route, string cause);

    [LoggerMessage(LogLevel.Error, "{Method} {Route} failed unexpectedly.")]
    private partial void LogUnexpected(Exception exception, string method, string? route);
}
