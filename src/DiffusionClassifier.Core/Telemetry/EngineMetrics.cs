using System.Diagnostics.Metrics;

namespace DiffusionClassifier.Core.Telemetry;

/// <summary>
/// The engine's instruments. One instance per engine; the methods are the events, so names and units are in one place. Values are counts
/// and times, tags are the engine's words and names of models: nothing from a request.
/// </summary>
public sealed class EngineMetrics
{
    /// <summary>The meter to subscribe to.</summary>
    public const string MeterName = "DiffusionClassifier.Engine";

    // A request takes milliseconds with a small model and many minutes with a large one.
    private static readonly double[] RequestBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
    // From a small model whose files are still in the page cache to a large one on a slow disk.
    private static readonly double[] LoadBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
    private static readonly double[] BatchBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly int[] RowBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256]; // buckets are powers of two

    private readonly Meter _meter;
    private readonly Counter<long> _requests, _rejected, _truncated, _answers, _loads, _unloads;
    private readonly Histogram<double> _requestSeconds, _firstRowSeconds, _loadSeconds;

    public EngineMetrics(Meter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _meter = meter;
        _requests = meter.CreateCounter<long>("dc.requests", "{request}", "Requests by outcome: answered, refused, cancelled or failed.");
        _requestSeconds = meter.CreateHistogram("dc.request.duration", "s", "From a request's arrival in the engine to its end.",
            tags: null, Bounds(RequestBounds));
        _firstRowSeconds = meter.CreateHistogram("dc.first_row.wait", "s",
            "From a request's arrival in the engine to its first row on a device.", tags: null, Bounds(RequestBounds));
        _rejected =
            meter.CreateCounter<long>("dc.admission.rejected", "{request}", "Valid requests that were not admitted, by reason.");
        _truncated = meter.CreateCounter<long>("dc.deadline.truncated", "{request}", "Requests answered before all their trials had run.");
        _answers = meter.CreateCounter<long>("dc.answers", "{request}",
            "Valid requests by where their answer is from: hit, it was known; joined, another request was getting it; miss, neither.");
        _loads = meter.CreateCounter<long>("dc.model.loads", "{load}", "Loadings of models by outcome: loaded, or failed.");
        _loadSeconds = meter.CreateHistogram("dc.model.load.duration", "s",
            "From the decision to load a model until requests run on it.", tags: null, Bounds(LoadBounds));
        _unloads = meter.CreateCounter<long>("dc.model.unloads", "{unload}", "Models that left memory, for others or by order.");
        Rows = meter.CreateCounter<long>("dc.rows", "{row}", "Rows (denoiser evaluations): run; wasted, those of them whose request had "
            + "ended; padded, filler in a batch; eliminated, never run.");
        BatchRows = meter.CreateHistogram("dc.batch.rows", "{row}", "Rows in a batch, without padding.", tags: null, Bounds(RowBounds));
        Releases = meter.CreateCounter<long>("dc.batch.release", "{batch}",
            "Batches by the reason for their size: full; partial, no more rows were waiting; retry, they had failed.");
        BatchSeconds = meter.CreateHistogram("dc.batch.duration", "s", "Time of one denoiser call.", tags: null, Bounds(BatchBounds));
    }

    internal Counter<long> Rows { get; }

    internal Histogram<int> BatchRows { get; }

    internal Counter<long> Releases { get; }

    internal Histogram<double> BatchSeconds { get; }

    /// <summary>Reports the queue, the devices' speed and whether they work, whenever the metrics are read.</summary>
    /// <param name="look">Takes a snapshot; called for every gauge, from any thread.</param>
    internal void Watch(Func<EngineSnapshot> look)
    {
        _meter.CreateObservableGauge("dc.active_jobs", () => ByClass(look(), load => (long)load.Requests), "{job}",
            "Admitted requests that have not ended.");
        _meter.CreateObservableGauge("dc.queued_rows", () => ByClass(look(), load => load.Rows), "{row}",
            "Rows that admitted requests may still cost.");
        _meter.CreateObservableGauge("dc.backlog", () => ByClass(look(), load => load.Seconds), "s",
            "Time that the devices need for those rows: the measure to scale by.");
        _meter.CreateObservableGauge("dc.device.rows_per_second", () => look().Rates.Select(
            rate => new Measurement<double>(rate.RowsPerSecond, new("device", rate.Device), new("model", rate.Model))), null,
            "Rows per second in full batches, a running mean.");
        _meter.CreateObservableGauge("dc.worker.state", () => look().Devices.Select(
            device => new Measurement<int>(device.IsAlive ? 1 : 0, new KeyValuePair<string, object?>("device", device.Name))), null,
            "1: the device works or waits; 0: it hangs or was given up.");
        _meter.CreateObservableGauge("dc.models", () => Models(look()), "{model}",
            "Models by state: served, or refused because they cannot be used.");
        _meter.CreateObservableGauge("dc.models.size", () => look().Memory.Select(
            device => new Measurement<long>(device.Bytes, new KeyValuePair<string, object?>("device", device.Device))), "By",
            "Weights that a device holds.");
        _meter.CreateObservableGauge("dc.answers.size", () => look().AnswerBytes is { } bytes ? [new Measurement<long>(bytes)]
            : Array.Empty<Measurement<long>>(), "By", "Answers that are kept for those who ask the same again.");
        _meter.CreateObservableCounter("dc.cache.hits", () => look().CachedPrompts, "{prompt}", "Prompts that did not have to be encoded.");
    }

    internal void Rejected(string reason) => _rejected.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void FirstRow(TimeSpan wait) => _firstRowSeconds.Record(wait.TotalSeconds);

    internal void Eliminated(string model, long rows) => Rows.Add(rows, new("model", model), new("state", "eliminated"));

    internal void AnswerShared(string result) => _answers.Add(1, new KeyValuePair<string, object?>("result", result));

    internal void ModelLoaded(bool isLoaded, TimeSpan elapsed)
    {
        _loads.Add(1, new KeyValuePair<string, object?>("outcome", isLoaded ? "loaded" : "failed"));
        if (isLoaded)
            _loadSeconds.Record(elapsed.TotalSeconds);
    }

    internal void ModelUnloaded() => _unloads.Add(1);

    internal void Truncated() => _truncated.Add(1);

    /// <param name="outcome">One word.</param>
    /// <param name="priority">The request's class; null if it was not understood.</param>
    /// <param name="elapsed">From its arrival.</param>
    internal void RequestEnded(string outcome, PriorityClass? priority, TimeSpan elapsed)
    {
        KeyValuePair<string, object?> outcomeTag = new("outcome", outcome);
        KeyValuePair<string, object?> classTag = new("class", priority is { } known ? EnumWords.Of(known) : "none");
        _requests.Add(1, outcomeTag, classTag);
        _requestSeconds.Record(elapsed.TotalSeconds, outcomeTag, classTag);
    }

    private static Measurement<int>[] Models(EngineSnapshot snapshot) =>
    [
        new(snapshot.Models.Served, new KeyValuePair<string, object?>("state", "served")),
        new(snapshot.Models.Refused, new KeyValuePair<string, object?>("state", "refused")),
    ];

    private static IEnumerable<Measurement<T>> ByClass<T>(EngineSnapshot snapshot, Func<ClassLoad, T> value) where T : struct =>
        snapshot.Classes.Select(
            load => new Measurement<T>(value(load), new KeyValuePair<string, object?>("class", EnumWords.Of(load.Priority))));

    private static InstrumentAdvice<T> Bounds<T>(T[] bounds) where T : struct => new() { HistogramBucketBoundaries = bounds };
}
