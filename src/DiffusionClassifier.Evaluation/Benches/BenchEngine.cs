using System.Diagnostics.Metrics;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>An engine on a model that is already loaded and stays loaded, with images that cost nothing.</summary>
internal sealed class BenchEngine : IDisposable
{
    private readonly Meter _meter = new(EngineMetrics.MeterName);
    private readonly EngineHost _host;

    public BenchEngine(BorrowedModel model, EngineOptions options, TimeProvider time, ILoggerFactory loggers) =>
        _host = new EngineHost(new BorrowedModelSource(model), new SyntheticImages(), options, time, new EngineMetrics(_meter), loggers);

    public ClassificationEngine Engine => _host.Engine;

    public Task StartAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    public void Dispose()
    {
        _host.Dispose();
        _meter.Dispose();
    }
}
