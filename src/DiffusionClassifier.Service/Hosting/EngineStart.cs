using DiffusionClassifier.Core.Scheduling;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>Builds the engine before the server listens, so that wrong settings end the process with one line instead of a stack trace.</summary>
internal static partial class EngineStart
{
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(10); // for the last answers to reach their clients; with the default drain 30 s, what Kubernetes grants

    public static bool TryCreateEngine(this WebApplication app)
    {
        try
        {
            app.Services.GetRequiredService<EngineHost>();
            EngineOptions engine = app.Services.GetRequiredService<IOptions<EngineOptions>>().Value;
            app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout = engine.DrainTimeout + AfterDrain;
            return true;
        }
        catch (Exception exception)
        {
            LogCannotStart(app.Logger, exception.Message);
            return false;
        }
    }

    /// <summary>Serves until told to stop.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunToEndAsync(this WebApplication app)
    {
        try
        {
            await app.RunAsync();
            return Environment.ExitCode;
        }
        catch (IOException exception) // the address to listen on is taken
        {
            LogCannotStart(app.Logger, exception.Message);
            return EngineLifetime.CannotStart;
        }
    }

    [LoggerMessage(LogLevel.Critical, "The service cannot start: {Reason}")]
    private static partial void LogCannotStart(ILogger logger, string reason);
}
