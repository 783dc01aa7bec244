using System.Globalization;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Auth;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace DiffusionClassifier.Service.Api;

/// <summary>Writes every failure as problem+json, with the headers that belong to it.</summary>
internal sealed class ProblemExceptionHandler(IProblemDetailsService problems, Failures failures) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest; // nobody reads it; logs and metrics do
            return true;
        }

        ProblemDetails problem = failures.Describe(exception, context);
        if (Failures.Expected(exception) is { } expected)
            SetHeaders(context, expected);
        context.Response.StatusCode = problem.Status!.Value;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem, Exception = exception });
    }

    private static void SetHeaders(HttpContext context, ClassificationException exception)
    {
        IHeaderDictionary headers = context.Response.Headers;
        if (exception.RetryAfter is { } wait)
            headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (exception.Error == ClassificationError.Unauthorized)
            headers.WWWAuthenticate = ApiKeyGate.Scheme;
        if (exception.Error == ClassificationError.Draining && HttpProtocol.IsHttp11(context.Request.Protocol))
            headers.Connection = "close"; // the next request of this client goes to another replica
    }
}
