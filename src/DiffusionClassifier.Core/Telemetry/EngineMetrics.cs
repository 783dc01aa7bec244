using System.Diagnostics.Metrics;

namespace DiffusionClassifier.Core.Telemetry;

/// <summary>
/// The engine's instruments. One instance per engine; the methods are the events, so names and units stand in one place. Values are counts
/// and times, tags are words of the engine and names of its models: nothing that a request says.
/// </summary>
public sealed class EngineMetrics
{
    /// <summary>The meter to subscribe to.</summary>
    public const string MeterName = "DiffusionClassifier.Engine";

    // A request takes milliseconds with a small model and many minutes with a large one.
    private static readonly double[] RequestBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
    private static readonly double[] BatchBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly int[] RowBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256]; // buckets are powers of two

    private readonly Counter<long> _requests, _rejected;
    private readonly UpDownCounter<long> _activeJobs, _queuedRows;
    private readonly Histogram<double> _requestSeconds, _firstRowSeconds;

    public EngineMetrics(Meter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _requests = meter.CreateCounter<long>("dc.requests", "{request}", "Requests by outcome: answered, refused, cancelled or failed.");
        _requestSeconds = meter.CreateHistogram("dc.request.duration", "s", "From a request's arrival in the engine to its end.", tags: null, Bounds(RequestBounds));
        _firstRowSeconds = meter.CreateHistogram("dc.first_row.wait", "s", "From a request's arrival in the engine to its first row on a device.", tags: null, Bounds(RequestBounds));
        _rejected = meter.CreateCounter<long>("dc.admission.rejected", "{request}", "Requests that were in order but not admitted, by reason.");
        _activeJobs = meter.CreateUpDownCounter<long>("dc.active_jobs", "{job}", "Admitted requests that have not ended.");
        _queuedRows = meter.CreateUpDownCounter<long>("dc.queued_rows", "{row}", "Rows that admitted requests may cost, all of them until the request ends.");
        Rows = meter.CreateCounter<long>("dc.rows", "{row}", "Rows (denoiser evaluations): run; wasted, those of them whose request had ended; padded, filler in a batch; eliminated, never run.");
        BatchRows = meter.CreateHistogram("dc.batch.rows", "{row}", "Rows in a batch, without padding.", tags: null, Bounds(RowBounds));
        BatchSeconds = meter.CreateHistogram("dc.batch.duration", "s", "Time of one denoiser call, with filling and scoring.", tags: null, Bounds(BatchBounds));
    }

    internal Counter<long> Rows { get; }

    internal Histogram<int> BatchRows { get; }

    internal Histogram<double> BatchSeconds { get; }

    internal void Admitted(long rows)
    {
        _activeJobs.Add(1);
        _queuedRows.Add(rows);
    }

    internal void Released(long rows)
    {
        _activeJobs.Add(-1);
        _queuedRows.Add(-rows);
    }

    internal void Rejected(string reason) => _rejected.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void FirstRow(TimeSpan wait) => _firstRowSeconds.Record(wait.TotalSeconds);

    internal void Eliminated(string model, long rows) => Rows.Add(rows, new("model", model), new("state", "eliminated"));

    internal void RequestEnded(string outcome, TimeSpan elapsed)
    {
        KeyValuePair<string, object?> tag = new("outcome", outcome);
        _requests.Add(1, tag);
        _requestSeconds.Record(elapsed.TotalSeconds, tag);
    }

    private static InstrumentAdvice<T> Bounds<T>(T[] bounds) where T : struct => new() { HistogramBucketBoundaries = bounds };
}
