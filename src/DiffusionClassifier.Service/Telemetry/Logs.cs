using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>Serilog on the console: text for people, JSON lines where <c>LogFormat=Json</c>. Events within a request carry its trace id.</summary>
internal static class Logs
{
    // The trace id stands last: most lines at a terminal have none.
    private const string TextTemplate = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj} {TraceId}{NewLine}{Exception}";

    public static void AddLogs(this WebApplicationBuilder builder)
    {
        LoggerConfiguration configuration = new LoggerConfiguration()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning) // a line for every request is ours to write
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogEventLevel.Fatal) // our handler logs what is worth it
            .ReadFrom.Configuration(builder.Configuration);
        configuration = Enum.TryParse(builder.Configuration["LogFormat"], ignoreCase: true, out LogFormat format) && format == LogFormat.Json
            ? configuration.WriteTo.Console(new RenderedCompactJsonFormatter())
            : configuration.WriteTo.Console(outputTemplate: TextTemplate, formatProvider: CultureInfo.InvariantCulture);
        Log.Logger = configuration.CreateLogger(); // for what happens before there is a host
        builder.Services.AddSerilog(Log.Logger);
    }
}
