using DiffusionClassifier.Core.Scheduling;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>Builds the engine before the server listens, so that wrong settings end the process with one line instead of a stack trace.</summary>
internal static partial class EngineStart
{
    public static bool TryCreateEngine(this WebApplication app)
    {
        try
        {
            app.Services.GetRequiredService<EngineHost>();
            return true;
        }
        catch (Exception exception)
        {
            LogCannotStart(app.Logger, exception.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Critical, "The service cannot start: {Reason}")]
    private static partial void LogCannotStart(ILogger logger, string reason);
}
