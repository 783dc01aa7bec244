using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace DiffusionClassifier.Service.Api;

/// <summary>
/// Writes every error as problem+json, also to clients whose Accept header names another type: the framework's own writer declines those,
/// and what follows is an empty body or a 500. RFC 9110, 12.5.1, lets a server disregard Accept. Stateless.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        ProblemDetails problem = context.ProblemDetails;
        HttpResponse response = context.HttpContext.Response;
        problem.Status ??= response.StatusCode;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(problem.Status.Value);
        Problems.Complete(problem);
        await response.WriteAsJsonAsync(problem, options: null, contentType: "application/problem+json", context.HttpContext.RequestAborted);
    }
}
