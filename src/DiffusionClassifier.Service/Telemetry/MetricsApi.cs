using DiffusionClassifier.Service.Telemetry.Prometheus;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary><c>GET /metrics</c>, open like health.</summary>
internal static class MetricsApi
{
    public static void MapMetricsApi(this IEndpointRouteBuilder routes) => routes.MapGet("/metrics", Scrape)
        .WithTags("Health").WithName("metrics").Produces<string>(StatusCodes.Status200OK, "text/plain").Unobserved().AllowAnonymous();

    /// <summary>All metrics in Prometheus' text format.</summary>
    public static IResult Scrape(PrometheusReader reader) => TypedResults.Text(reader.Scrape(), PrometheusText.ContentType);
}
