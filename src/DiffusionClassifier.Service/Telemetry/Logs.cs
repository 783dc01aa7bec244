using System.Globalization;
using Serilog;
using Serilog.Formatting.Compact;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>
/// Serilog on the console: text for people, JSON lines where <c>LogFormat=Json</c>. Events within a request carry its trace id.
/// </summary>
internal static class Logs
{
    private const string FormatSetting = "LogFormat";

    // The trace id stands last: most lines at a terminal have none.
    private const string TextTemplate = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj} {TraceId}{NewLine}{Exception}";

    /// <summary>Text on the console, for what happens before a setting of the log is read.</summary>
    public static void Begin() => UseConsole(LogFormat.Text, new LoggerConfiguration());

    /// <exception cref="Exception">
    /// A setting of the log cannot be read: the message says which. What is logged then is written nevertheless.
    /// </exception>
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        LogFormat format = ReadFormat(builder.Configuration[FormatSetting]);
        UseConsole(format, new LoggerConfiguration()); // for the settings that follow
        UseConsole(format, LogLevels.Read(builder.Configuration));
        builder.Services.AddSerilog(Log.Logger);
    }

    private static LogFormat ReadFormat(string? value) => value switch
    {
        null or "" => LogFormat.Text,
        _ when Enum.GetNames<LogFormat>().Contains(value, StringComparer.OrdinalIgnoreCase) =>
            Enum.Parse<LogFormat>(value, ignoreCase: true),
        _ => throw new ArgumentException($"{FormatSetting} is '{value}'; it must be {string.Join(" or ", Enum.GetNames<LogFormat>())}."),
    };

    // The static logger, for what happens before there is a host.
    private static void UseConsole(LogFormat format, LoggerConfiguration configuration) => Log.Logger = (format == LogFormat.Json
        ? configuration.WriteTo.Console(new RenderedCompactJsonFormatter())
        : configuration.WriteTo.Console(outputTemplate: TextTemplate, formatProvider: CultureInfo.InvariantCulture)).CreateLogger();
}
