using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>
/// ONNX Runtime's native library, of which a process has one: keeps it from reporting to its maker, and sends what it logs to a log of ours
/// instead of standard error. Owner of the process's <see cref="OrtEnv"/>. Thread-safe.
/// </summary>
public static partial class OnnxRuntimeLibrary
{
    private const string TelemetrySwitch = "ORT_DISABLE_TELEMETRY", Off = "1";

    // Kept here, as native code calls it for as long as the process lives.
    private static readonly DOrtLoggingFunction Write = WriteLine;

    private static readonly Lazy<OrtEnv> Environment = new(Start);

    private static volatile ILogger _log = NullLogger.Instance;

    /// <summary>The last one set gets the lines from then on: all models of a process share one library.</summary>
    public static void LogTo(ILogger log) => _log = log;

    /// <summary>The library's environment, started with our settings. Everything that creates a session calls it first.</summary>
    internal static OrtEnv EnsureStarted() => Environment.Value;

    /// <summary>
    /// Official builds send usage events to Microsoft (the package's Privacy.md): which graphs and files were opened, from some seconds
    /// after the start on, with a database in the user's home. Only this variable prevents all of it, and only if it is there before the
    /// library loads; so this runs before any other code of this assembly can.
    /// </summary>
#pragma warning disable CA2255 // a library should have no module initializer, unless forgetting the call would break a promise
    [ModuleInitializer]
    internal static void SwitchTelemetryOff()
#pragma warning restore CA2255
    {
        System.Environment.SetEnvironmentVariable(TelemetrySwitch, Off); // .NET's own copy, which child processes inherit
        // Native code on Unix reads the C library's, and on Windows it may.
        if (OperatingSystem.IsWindows())
            _ = PutEnvironmentVariable(TelemetrySwitch, Off);
        else
            _ = SetEnvironmentVariable(TelemetrySwitch, Off, overwrite: 1);
    }

    private static OrtEnv Start()
    {
        if (OrtEnv.IsCreated)
            return OrtEnv.Instance(); // by a host with settings of its own
        EnvironmentCreationOptions options = new()
        {
            logId = "DiffusionClassifier",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
            loggingFunction = Write,
        };
        OrtEnv environment = OrtEnv.CreateInstanceWithOptions(ref options);
        environment.DisableTelemetryEvents(); // builds for Windows apps report by another way, which knows only this switch
        return environment;
    }

    private static void WriteLine(
        IntPtr state, OrtLoggingLevel severity, string category, string logId, string codeLocation, string message)
    {
        try
        {
            LogLevel level = ToLogLevel(severity);
            LogLine(_log, level, message, codeLocation);
        }
        catch (Exception) // native code called, and no exception may pass through it; a log that fails has nowhere to say so
        {
        }
    }

    private static LogLevel ToLogLevel(OrtLoggingLevel severity) => severity switch
    {
        OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL => LogLevel.Critical,
        OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR => LogLevel.Error,
        OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING => LogLevel.Warning,
        _ => LogLevel.Debug, // its information is about its own inner workings
    };

    [LoggerMessage(Message = "ONNX Runtime: {Message} ({CodeLocation})")]
    private static partial void LogLine(ILogger log, LogLevel level, string message, string codeLocation);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);

    [LibraryImport("ucrtbase", EntryPoint = "_putenv_s", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PutEnvironmentVariable(string name, string value);
}
