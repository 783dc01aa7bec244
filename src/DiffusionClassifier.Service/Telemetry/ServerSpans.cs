using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>
/// Gives the framework's span of a request the name and the tags that collectors expect, by the endpoint's pattern and never by the address
/// as it was sent. https://opentelemetry.io/docs/specs/semconv/http/http-spans/
/// </summary>
internal static class ServerSpans
{
    /// <summary>ASP.NET Core's own source.</summary>
    public const string SourceName = "Microsoft.AspNetCore";

    // What is not among them is the client's own text, which the conventions replace and which is not kept beside it either.
    private static readonly HashSet<string> Methods =
    [
        HttpMethods.Connect, HttpMethods.Delete, HttpMethods.Get, HttpMethods.Head, HttpMethods.Options, HttpMethods.Patch, HttpMethods.Post, HttpMethods.Put, HttpMethods.Trace,
    ];

    /// <summary>First in the pipeline, so that it sees the final status.</summary>
    public static void UseServerSpans(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        Activity? span = context.Features.Get<IHttpActivityFeature>()?.Activity;
        Endpoint? endpoint = context.GetEndpoint(); // the handling of an exception clears it
        if (endpoint?.Metadata.GetMetadata<IDisableHttpMetricsMetadata>() is not null)
            Drop(span);
        await next(context);
        if (span is { IsAllDataRequested: true })
            Describe(span, context, (endpoint as RouteEndpoint)?.RoutePattern.RawText);
    });

    /// <summary>Keeps endpoints that machines ask every few seconds out of the requests' metrics and spans.</summary>
    public static TBuilder Unobserved<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder => endpoints.DisableHttpMetrics();

    // Too late not to begin it: the framework begins its span before there is an endpoint. An exporter leaves out what is not recorded.
    private static void Drop(Activity? span)
    {
        if (span is null)
            return;
        span.IsAllDataRequested = false;
        span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    private static void Describe(Activity span, HttpContext context, string? route)
    {
        string method = HttpMethods.GetCanonicalizedValue(context.Request.Method);
        bool known = Methods.Contains(method);
        int status = context.Response.StatusCode;
        string name = known ? method : "HTTP";
        span.DisplayName = route is null ? name : $"{name} {route}";
        span.SetTag("http.request.method", known ? method : "_OTHER").SetTag("http.route", route).SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    }
}
