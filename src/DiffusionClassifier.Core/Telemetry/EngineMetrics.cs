using System.Diagnostics.Metrics;

namespace DiffusionClassifier.Core.Telemetry;

/// <summary>The engine's instruments. One instance per engine; the methods are the events, so names and units stand in one place.</summary>
public sealed class EngineMetrics
{
    /// <summary>The meter to subscribe to.</summary>
    public const string MeterName = "DiffusionClassifier.Engine";

    private readonly Counter<long> _requests, _rows;
    private readonly Histogram<double> _requestSeconds, _batchSeconds;
    private readonly Histogram<int> _batchRows;

    public EngineMetrics(Meter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _requests = meter.CreateCounter<long>("dc.requests", "{request}", "Requests by outcome.");
        _requestSeconds = meter.CreateHistogram<double>("dc.request.duration", "s", "From arrival in the engine to the answer.");
        _rows = meter.CreateCounter<long>("dc.rows", "{row}", "Rows (denoiser evaluations) that were run.");
        _batchRows = meter.CreateHistogram<int>("dc.batch.rows", "{row}", "Rows in a batch, without padding.");
        _batchSeconds = meter.CreateHistogram<double>("dc.batch.duration", "s", "Time of one denoiser call, with filling and scoring.");
    }

    public void BatchRun(string device, string model, int rows, TimeSpan elapsed)
    {
        if (!_rows.Enabled && !_batchRows.Enabled && !_batchSeconds.Enabled)
            return;
        KeyValuePair<string, object?> deviceTag = new("device", device), modelTag = new("model", model);
        _rows.Add(rows, deviceTag, modelTag);
        _batchRows.Record(rows, deviceTag, modelTag);
        _batchSeconds.Record(elapsed.TotalSeconds, deviceTag, modelTag);
    }

    public void RequestEnded(string outcome, TimeSpan elapsed)
    {
        KeyValuePair<string, object?> tag = new("outcome", outcome);
        _requests.Add(1, tag);
        _requestSeconds.Record(elapsed.TotalSeconds, tag);
    }
}
