using System.Diagnostics.Metrics;
using DiffusionClassifier.Cli.Models;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Telemetry;

namespace DiffusionClassifier.Cli;

/// <summary>An engine of this process's own, with one model loaded and warm. Owns everything it started.</summary>
internal sealed class EngineSession : IDisposable
{
    private readonly StderrLoggers _loggers;
    private readonly Meter _meter = new(EngineMetrics.MeterName);
    private readonly EngineHost _host;

    private EngineSession(Engines engines, SingleModel model, DeviceOptions? device, bool verbose)
    {
        _loggers = new StderrLoggers(verbose);
        _host = new EngineHost(model, engines.CreateImages(), Options with { Devices = device is null ? [] : [device] }, TimeProvider.System, new EngineMetrics(_meter), _loggers);
    }

    /// <summary>Nobody else shares this engine: it has no queue to protect.</summary>
    public static EngineOptions Options { get; } = new()
    {
        InteractiveQueueSeconds = double.MaxValue,
        StandardQueueSeconds = double.MaxValue,
        BulkQueueSeconds = double.MaxValue,
        MaxActiveRequests = int.MaxValue,
    };

    public ClassificationEngine Engine => _host.Engine;

    public static async Task<EngineSession> StartAsync(Engines engines, SingleModel model, DeviceOptions? device, bool verbose, CancellationToken cancellationToken)
    {
        var session = new EngineSession(engines, model, device, verbose);
        try
        {
            await session._host.StartAsync(cancellationToken);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _host.Dispose();
        _meter.Dispose();
        _loggers.Dispose();
    }
}
