using System.Diagnostics.Metrics;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Evaluation.Engines;

/// <summary>An engine in this process, with one model loaded and warm. Owns everything it started.</summary>
public sealed class EngineSession : IDisposable
{
    private readonly Meter _meter = new(EngineMetrics.MeterName);
    private readonly EngineHost _host;

    private EngineSession(SingleModel model, IImagePreprocessor images, DeviceOptions? device, ILoggerFactory loggers)
    {
        EngineOptions options = Options with { Devices = device is null ? [] : [device] };
        _host = new EngineHost(model, images, options, TimeProvider.System, new EngineMetrics(_meter), loggers);
    }

    /// <summary>Nothing else uses this engine, so it has no queue to protect.</summary>
    public static EngineOptions Options { get; } = new()
    {
        InteractiveQueueSeconds = double.MaxValue,
        StandardQueueSeconds = double.MaxValue,
        BulkQueueSeconds = double.MaxValue,
        MaxActiveRequests = int.MaxValue,
        MaxExplainBytes = 8L << 30, // a limit for requests that come at any time; here a few run at once, and every map counts
    };

    /// <summary>Runs requests until the session is disposed.</summary>
    public ClassificationEngine Engine => _host.Engine;

    /// <summary>Loads the model and warms it up.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">Reads images.</param>
    /// <param name="device">What the model runs on; null: the best there is.</param>
    /// <param name="loggers">The engine's log.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<EngineSession> StartAsync(
        SingleModel model, IImagePreprocessor images, DeviceOptions? device, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var session = new EngineSession(model, images, device, loggers);
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

    /// <summary>Ends the engine and unloads the model.</summary>
    public void Dispose()
    {
        _host.Dispose();
        _meter.Dispose();
    }
}
