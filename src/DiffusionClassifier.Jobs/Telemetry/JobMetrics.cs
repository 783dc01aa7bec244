using System.Diagnostics.Metrics;

namespace DiffusionClassifier.Jobs.Telemetry;

/// <summary>
/// The instruments of jobs: what there is to do on all replicas together, as this one was told last. Every replica reports the same.
/// Thread-safe.
/// </summary>
public sealed class JobMetrics
{
    /// <summary>The meter to subscribe to.</summary>
    public const string MeterName = "DiffusionClassifier.Jobs";

    private JobLoad? _load = new(0, 0, 0); // null: this replica has lost the others, and knows nothing

    public JobMetrics(Meter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        meter.CreateObservableGauge("dc.jobs", States, "{job}", "Jobs and batches of all replicas by state: waiting or running.");
        meter.CreateObservableGauge("dc.jobs.backlog", Backlog, "s",
            "Time that all replicas together need for the rows that jobs and batches may still cost.");
    }

    internal void Report(JobLoad? load) => Volatile.Write(ref _load, load);

    private IEnumerable<Measurement<int>> States() => Volatile.Read(ref _load) is { } load
        ? [new(load.Waiting, State("waiting")), new(load.Running, State("running"))]
        : [];

    private static KeyValuePair<string, object?> State(string state) => new("state", state);

    private IEnumerable<Measurement<double>> Backlog() => Volatile.Read(ref _load) is { } load ? [new(load.Seconds)] : [];
}
