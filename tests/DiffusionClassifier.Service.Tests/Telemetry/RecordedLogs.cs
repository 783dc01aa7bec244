using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Service.Tests.Telemetry;

/// <summary>
/// Keeps what is logged at the levels that the service writes: the message, its values, the exception and the scopes. The framework's lines
/// about each request, which hold its address, are switched off there.
/// </summary>
internal sealed class RecordedLogs : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _events = new();
    private IExternalScopeProvider? _scopes;

    public string Text => string.Join('\n', _events);

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private static string Values(object? state) =>
        state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : $"{state}";

    private sealed class Recorder(RecordedLogs owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => owner._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= (category.StartsWith("Microsoft.", StringComparison.Ordinal) ? LogLevel.Warning : LogLevel.Information);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            owner._events.Enqueue($"{logLevel} {category}: {formatter(state, exception)} [{Values(state)}] {exception}");
            owner._scopes?.ForEachScope((scope, events) => events.Enqueue($"  in {Values(scope)}"), owner._events);
        }
    }
}
