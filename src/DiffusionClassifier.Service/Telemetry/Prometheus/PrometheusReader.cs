using OpenTelemetry.Metrics;

namespace DiffusionClassifier.Service.Telemetry.Prometheus;

/// <summary>Collects when asked and hands out the text. Thread-safe: scrapes wait for each other.</summary>
internal sealed class PrometheusReader : BaseExportingMetricReader
{
    private readonly Lock _gate = new();

    public PrometheusReader()
        : base(new PrometheusExporter())
    {
    }

    /// <summary>All metrics as they are now.</summary>
    public string Scrape()
    {
        lock (_gate)
        {
            var text = (PrometheusExporter)exporter;
            text.Clear();
            Collect();
            return text.Text;
        }
    }
}
