using Serilog;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>Serilog.AspNetCore: Serilog in place of the framework's logger factory.</summary>
internal static class LogEngine
{
    public static void Use(WebApplicationBuilder builder, Serilog.ILogger logger) => builder.Services.AddSerilog(logger);
}
