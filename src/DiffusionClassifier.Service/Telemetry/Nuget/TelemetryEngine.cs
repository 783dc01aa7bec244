using OpenTelemetry;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>OpenTelemetry.Extensions.Hosting: the SDK lives and ends with the host's services.</summary>
internal static class TelemetryEngine
{
    public static void Use(WebApplicationBuilder builder, Action<IOpenTelemetryBuilder> configure) => configure(builder.Services.AddOpenTelemetry());
}
