namespace DiffusionClassifier.Service.Telemetry.Prometheus;

/// <summary>
/// OpenTelemetry's names as Prometheus writes them: <c>http.server.request.duration</c> in <c>s</c> is http_server_request_duration_seconds.
/// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
/// </summary>
internal static class PrometheusName
{
    public const string Counter = "counter";
    public const string Gauge = "gauge";

    private const string Total = "_total";

    /// <summary>The name of a family of that type.</summary>
    public static string Of(string name, string unit, string type)
    {
        string result = Legal(name, allowColon: true);
        if (type == Counter && result.EndsWith(Total, StringComparison.Ordinal))
            result = result[..^Total.Length];
        string suffix = unit == "1" ? (type == Gauge ? "ratio" : "") : Unit(unit);
        if (suffix.Length > 0 && result != suffix && !result.EndsWith('_' + suffix, StringComparison.Ordinal))
            result += '_' + suffix;
        return type == Counter ? result + Total : result;
    }

    /// <summary>The name of a label.</summary>
    public static string Label(string key) => Legal(key, allowColon: false);

    private static string Unit(string unit)
    {
        int slash = unit.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return Word(unit);
        (string counted, string per) = (Word(unit[..slash]), Word(unit[(slash + 1)..]));
        if (per.Length == 0)
            return counted;
        per = "per_" + (per[^1] == 's' ? per[..^1] : per); // one second
        return counted.Length == 0 ? per : $"{counted}_{per}";
    }

    // {row} is a note for people, not a unit.
    private static string Word(string unit) => unit.Split('{')[0] switch
    {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "%" => "percent",
        "" => "",
        string other => Legal(other, allowColon: false).Trim('_'),
    };

    private static string Legal(string name, bool allowColon)
    {
        string legal = string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) || (allowColon && character == ':') ? character : '_'));
        return legal.Length > 0 && char.IsAsciiDigit(legal[0]) ? '_' + legal : legal;
    }
}
