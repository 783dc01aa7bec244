using System.Reflection;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Service.Telemetry.Prometheus;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>What is measured and where it goes.</summary>
internal static class TelemetrySetup
{
    private const string ServiceName = "diffusion-classifier"; // OTEL_SERVICE_NAME is stronger

    private static readonly string[] Meters = [EngineMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    /// <summary>Metrics for GET /metrics; metrics and spans to an OTLP collector where the OTEL_ variables name one.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
#pragma warning disable CA2000 // the SDK ends the reader that it is given
        var prometheus = new PrometheusReader();
#pragma warning restore CA2000
        builder.Services.AddSingleton(prometheus);
        Configure(builder.Services.AddOpenTelemetry(), builder.Configuration, prometheus);
    }

    private static void Configure(IOpenTelemetryBuilder sdk, IConfiguration settings, PrometheusReader prometheus)
    {
        string? version = typeof(TelemetrySetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        sdk.ConfigureResource(resource => resource.Clear().AddService(ServiceName, serviceVersion: version).AddTelemetrySdk().AddEnvironmentVariableDetector());
        sdk.WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters).AddReader(prometheus);
            if (OtlpSignal.Find(settings, "METRICS") is { } otlp)
                metrics.AddOtlpExporter(otlp.Configure);
        });
        if (OtlpSignal.Find(settings, "TRACES") is { } traces)
            sdk.WithTracing(tracing => tracing.AddSource(EngineTracing.SourceName, ServerSpans.SourceName).AddOtlpExporter(traces.Configure));
    }
}
