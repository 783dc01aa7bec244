using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Auth;

/// <summary>
/// Lets only requests with a known key through to endpoints that do not allow anonymous calls. Runs before any handler, so that a
/// stranger's body is never read and an endpoint that is added later is closed until it is opened.
/// </summary>
internal static class ApiKeyGate
{
    public const string Header = "X-API-Key", Scheme = "Bearer";

    public static void UseApiKeys(this WebApplication app)
    {
        ApiKeys keys = app.Services.GetRequiredService<ApiKeys>();
        if (!keys.IsOn)
            return;
        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
                context.Features.Set(Authenticate(context.Request, keys));
            return next(context);
        });
    }

    /// <summary>On whose behalf a request is.</summary>
    public static Caller Caller(this HttpRequest request) => request.HttpContext.Features.Get<Caller>() ?? Core.Admission.Caller.Anonymous;

    /// <summary>What to throw where a request has no key.</summary>
    public static ClassificationException MissingKey() =>
        new(ClassificationError.Unauthorized,
            $"This server needs an API key: send it in the header Authorization: {Scheme} KEY, or {Header}: KEY.");

    private static Caller Authenticate(HttpRequest request, ApiKeys keys)
    {
        string key = Key(request) ?? throw MissingKey();
        return keys.Find(key) ?? throw new ClassificationException(ClassificationError.Unauthorized,
            "This server does not know the API key that was sent: check it, or ask for a new one.");
    }

    // Our own header first: some proxies have a use of their own for the other.
    private static string? Key(HttpRequest request)
    {
        if (request.Headers[Header] is [{ Length: > 0 } key])
            return key.Trim();
        return request.Headers[HeaderNames.Authorization] is [{ } value]
            && value.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : null;
    }
}
