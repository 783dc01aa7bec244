using System.Globalization;
using System.Text;
using OpenTelemetry;

namespace DiffusionClassifier.Service.Telemetry.Prometheus;

/// <summary>
/// Writes Prometheus' text format, version 0.0.4. https://prometheus.io/docs/instrumenting/exposition_formats/
/// Labels are handed around as they stand between the braces.
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture), // NaN is written as it must be
    };

    public static string Labels(ReadOnlyTagCollection tags, string? scope)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, object? value) in tags)
            Add(labels, PrometheusName.Label(key), Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        if (scope is not null)
            Add(labels, "otel_scope_name", scope);
        return string.Join(',', labels.Select(label => Pair(label.Key, label.Value)));
    }

    public static string With(string labels, string key, string value) => labels.Length == 0 ? Pair(key, value) : $"{labels},{Pair(key, value)}";

    public void Head(string name, string type, string help)
    {
        if (help.Length > 0)
            _text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    public void Sample(string name, string labels, string value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(value).Append('\n');
    }

    public override string ToString() => _text.ToString();

    // Keys that become the same label share it, as the specification says.
    private static void Add(SortedDictionary<string, string> labels, string name, string value) =>
        labels[name] = labels.TryGetValue(name, out string? first) ? $"{first};{value}" : value;

    private static string Pair(string key, string value) => $"{key}=\"{Escape(value).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
