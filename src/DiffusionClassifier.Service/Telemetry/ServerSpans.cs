using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using OpenTelemetry.Trace;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>
/// OpenTelemetry's spans of requests, without what clients wrote into them: they are named by the endpoint's pattern, never by the address
/// as it was sent. https://opentelemetry.io/docs/specs/semconv/http/http-spans/
/// </summary>
internal static class ServerSpans
{
    // The library adds the address, the host, the user agent and methods of the client's own invention. A list of what stays, so that
    // what a later version adds is dropped as well.
    private static readonly HashSet<string> Kept =
        ["http.request.method", "http.route", "http.response.status_code", "error.type", "url.scheme", "network.protocol.version"];

    public static TracerProviderBuilder AddServerSpans(this TracerProviderBuilder tracing) =>
        tracing.AddAspNetCoreInstrumentation(options => options.EnrichWithHttpResponse = Finish);

    /// <summary>Keeps endpoints that machines ask every few seconds out of the requests' metrics and spans.</summary>
    public static TBuilder Unobserved<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder =>
        endpoints.DisableHttpMetrics();

    // The last that happens to a span before it is exported.
    private static void Finish(Activity span, HttpResponse response)
    {
        HttpContext context = response.HttpContext;
        // The handling of an exception clears the endpoint.
        Endpoint? endpoint = context.Features.Get<IExceptionHandlerPathFeature>()?.Endpoint ?? context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IDisableHttpMetricsMetadata>() is not null)
            Drop(span);
        foreach ((string key, _) in span.TagObjects.Where(tag => !Kept.Contains(tag.Key)).ToList())
            span.SetTag(key, null);
    }

    // Too late not to begin it: a span begins before there is an endpoint. An exporter leaves out what is not recorded.
    private static void Drop(Activity span)
    {
        span.IsAllDataRequested = false;
        span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }
}
