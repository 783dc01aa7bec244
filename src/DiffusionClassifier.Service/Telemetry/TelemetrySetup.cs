using System.Reflection;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Jobs.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>What is measured and where it goes.</summary>
internal static class TelemetrySetup
{
    private const string ServiceName = "diffusion-classifier"; // OTEL_SERVICE_NAME is stronger

    // Not AddAspNetCoreInstrumentation, as for spans: its counters of routes and exceptions would count the calls of probes and scrapers.
    private static readonly string[] Meters =
        [EngineMetrics.MeterName, JobMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Metrics for GET /metrics; metrics and spans to an OTLP collector where the OTEL_ variables name one.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        IConfiguration settings = builder.Configuration;
        string? version = typeof(TelemetrySetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        IOpenTelemetryBuilder sdk = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear()
                .AddService(ServiceName, serviceVersion: version)
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddRuntimeInstrumentation().AddPrometheusExporter(Configure);
                if (OtlpSignal.Find(settings, "METRICS") is { } otlp)
                    metrics.AddOtlpExporter(otlp.Configure);
            });
        if (OtlpSignal.Find(settings, "TRACES") is { } traces)
            sdk.WithTracing(tracing => tracing.AddSource(EngineTracing.SourceName).AddServerSpans().AddOtlpExporter(traces.Configure));
    }

    // A scrape shows the present, and a series has the labels that docs/telemetry.md lists.
    private static void Configure(PrometheusAspNetCoreOptions options)
    {
        options.ScrapeResponseCacheDurationMilliseconds = 0;
        options.ScopeInfoEnabled = false;
        options.TargetInfoEnabled = false;
    }
}
