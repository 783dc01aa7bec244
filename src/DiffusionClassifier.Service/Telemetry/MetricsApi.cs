namespace DiffusionClassifier.Service.Telemetry;

/// <summary><c>GET /metrics</c>, open like health.</summary>
internal static class MetricsApi
{
    public static void MapMetricsApi(this IEndpointRouteBuilder routes)
    {
        // Not MapPrometheusScrapingEndpoint, which answers every method and is in no OpenAPI document.
        RequestDelegate exporter = routes.CreateApplicationBuilder().UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build();
        Delegate scrape = (HttpContext context) => exporter(context);
        routes.MapGet("/metrics", scrape).WithTags("Metrics").WithName("metrics")
            .WithSummary("All metrics in Prometheus' text format.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain").Unobserved().OnManagementPort(routes)
            .AllowAnonymous();
    }
}
