using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace DiffusionClassifier.Service.Telemetry.Prometheus;

/// <summary>
/// What stands under one Prometheus name: usually one metric, several where meters use the same name. Those of another type than the first
/// are left out, since a name has one type; those of the same type are told apart by the label <c>otel_scope_name</c>.
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
/// </summary>
internal sealed class MetricFamily(string name, string type)
{
    private const string Histogram = "histogram";

    private readonly List<Metric> _metrics = [];

    /// <summary>Families in the order of their names.</summary>
    public static IEnumerable<MetricFamily> Group(in Batch<Metric> batch)
    {
        var families = new SortedDictionary<string, MetricFamily>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal); // names of samples, which a histogram has three of
        foreach (Metric metric in batch)
        {
            if (TypeOf(metric) is not { } type)
                continue;
            string name = PrometheusName.Of(metric.Name, metric.Unit, type);
            if (!families.TryGetValue(name, out MetricFamily? family))
            {
                family = new MetricFamily(name, type);
                if (taken.Overlaps(family.Samples()))
                    continue;
                taken.UnionWith(family.Samples());
                families.Add(name, family);
            }

            if (family.Type == type)
                family._metrics.Add(metric);
        }

        return families.Values;
    }

    private string Type => type;

    public void Write(PrometheusText text)
    {
        text.Head(name, type, _metrics[0].Description);
        HashSet<string>? written = _metrics.Count > 1 ? new(StringComparer.Ordinal) : null;
        foreach (Metric metric in _metrics)
        {
            foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
            {
                string labels = PrometheusText.Labels(point.Tags, _metrics.Count > 1 ? metric.MeterName : null);
                if (written?.Add(labels) != false) // meters that differ in neither name nor tags: the first one's counts
                    Write(text, metric.MetricType, in point, labels);
            }
        }
    }

    private void Write(PrometheusText text, MetricType metric, in MetricPoint point, string labels)
    {
        if (type == Histogram)
            WriteHistogram(text, in point, labels);
        else
            text.Sample(name, labels, Value(metric, in point));
    }

    private void WriteHistogram(PrometheusText text, in MetricPoint point, string labels)
    {
        long cumulative = 0;
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            cumulative += bucket.BucketCount;
            if (double.IsFinite(bucket.ExplicitBound))
                text.Sample(name + "_bucket", PrometheusText.With(labels, "le", PrometheusText.Number(bucket.ExplicitBound)), Number(cumulative));
        }

        string count = Number(point.GetHistogramCount());
        text.Sample(name + "_bucket", PrometheusText.With(labels, "le", PrometheusText.Number(double.PositiveInfinity)), count);
        text.Sample(name + "_sum", labels, PrometheusText.Number(point.GetHistogramSum()));
        text.Sample(name + "_count", labels, count);
    }

    private string[] Samples() => type == Histogram ? [name, name + "_bucket", name + "_sum", name + "_count"] : [name];

    private static string Value(MetricType metric, in MetricPoint point) => metric switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => Number(point.GetSumLong()),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => PrometheusText.Number(point.GetSumDouble()),
        MetricType.LongGauge => Number(point.GetGaugeLastValueLong()),
        _ => PrometheusText.Number(point.GetGaugeLastValueDouble()),
    };

    // Exponential histograms have no form in this version of the format; nothing here makes any.
    private static string? TypeOf(Metric metric) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.DoubleSum => PrometheusName.Counter,
        MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic or MetricType.LongGauge or MetricType.DoubleGauge => PrometheusName.Gauge,
        MetricType.Histogram => Histogram,
        _ => null,
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
