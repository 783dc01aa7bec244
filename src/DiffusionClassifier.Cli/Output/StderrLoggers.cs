using DiffusionClassifier.Cli.Errors;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Cli.Output;

/// <summary>The engine's log on standard error, one line per entry: warnings and errors, or everything with stack traces.</summary>
internal sealed class StderrLoggers(bool verbose) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= (verbose ? LogLevel.Debug : LogLevel.Warning) && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        string cause = exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}";
        ErrorReport.WriteLine(formatter(state, exception) + cause);
        if (verbose && exception is not null)
            Console.Error.WriteLine(exception);
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
