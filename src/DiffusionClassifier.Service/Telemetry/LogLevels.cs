using Serilog;
using Serilog.Events;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>
/// From which level on what is logged: our defaults, over them <c>Logging:LogLevel</c> as everywhere in .NET, over them
/// <c>Serilog:MinimumLevel</c>. Of settings of one kind the longest category counts.
/// </summary>
internal static class LogLevels
{
    private const string Section = "Logging:LogLevel", Default = "Default";

    /// <exception cref="ArgumentException">A level of the first kind is unknown.</exception>
    /// <exception cref="InvalidOperationException">A level of the second kind is unknown.</exception>
    public static LoggerConfiguration Read(IConfiguration settings)
    {
        LoggerConfiguration configuration = new LoggerConfiguration()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning) // a line for every request is ours to write
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Orleans", LogEventLevel.Warning)
            // A grain service, for which Orleans says that it has its ring to itself.
            .MinimumLevel.Override("DiffusionClassifier.Jobs.Devices.DeviceService", LogEventLevel.Warning)
            .MinimumLevel.Override("Polly", LogEventLevel.Warning)
            // Warns of its own start.
            .MinimumLevel.Override("Orleans.Runtime.Watchdog", LogEventLevel.Error)
            // That a server could not start is ours to say, in one line.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
            // Our handler logs what is worth it.
            .MinimumLevel.Override("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogEventLevel.Fatal);
        foreach (IConfigurationSection level in settings.GetSection(Section).GetChildren())
        {
            configuration = string.Equals(level.Key, Default, StringComparison.OrdinalIgnoreCase)
                ? configuration.MinimumLevel.Is(Parse(level))
                : configuration.MinimumLevel.Override(level.Key, Parse(level));
        }

        return configuration.ReadFrom.Configuration(settings);
    }

    private static LogEventLevel Parse(IConfigurationSection level) => level.Value?.ToUpperInvariant() switch
    {
        "TRACE" => LogEventLevel.Verbose,
        "DEBUG" => LogEventLevel.Debug,
        "INFORMATION" => LogEventLevel.Information,
        "WARNING" => LogEventLevel.Warning,
        "ERROR" => LogEventLevel.Error,
        "CRITICAL" => LogEventLevel.Fatal,
        "NONE" => LevelAlias.Off,
        _ => throw new ArgumentException(
            $"{level.Path} is '{level.Value}'; it must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}."),
    };
}
