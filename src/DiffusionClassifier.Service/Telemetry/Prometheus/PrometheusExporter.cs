using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace DiffusionClassifier.Service.Telemetry.Prometheus;

/// <summary>Metrics to the text of one scrape. Owned by a <see cref="PrometheusReader"/>, which lets in one thread at a time.</summary>
internal sealed class PrometheusExporter : BaseExporter<Metric>
{
    public string Text { get; private set; } = "";

    public void Clear() => Text = "";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new PrometheusText();
        foreach (MetricFamily family in MetricFamily.Group(batch))
            family.Write(text);
        Text = text.ToString();
        return ExportResult.Success;
    }
}
