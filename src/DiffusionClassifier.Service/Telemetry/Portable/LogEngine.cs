using Serilog;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>Serilog as one provider of the framework's own logger factory.</summary>
internal static class LogEngine
{
    public static void Use(WebApplicationBuilder builder, Serilog.ILogger logger)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(logger);
    }
}
