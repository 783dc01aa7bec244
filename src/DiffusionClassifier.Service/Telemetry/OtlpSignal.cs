using OpenTelemetry.Exporter;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>
/// The OTEL_EXPORTER_OTLP_… variables of one signal. The exporter reads those for all signals by itself, and those for one only where all
/// signals are exported together, which would send the others to a collector that nobody named.
/// https://opentelemetry.io/docs/specs/otel/protocol/exporter/
/// </summary>
internal sealed class OtlpSignal
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    private readonly IConfiguration _settings;
    private readonly string _signal;

    private OtlpSignal(IConfiguration settings, string signal) => (_settings, _signal) = (settings, signal);

    /// <returns>The signal, or null where there is no endpoint for it or OTEL_…_EXPORTER is <c>none</c>.</returns>
    public static OtlpSignal? Find(IConfiguration settings, string signal) =>
        settings[$"OTEL_{signal}_EXPORTER"] != "none" && (IsSet(settings[Prefix + "ENDPOINT"]) || IsSet(settings[$"{Prefix}{signal}_ENDPOINT"]))
            ? new OtlpSignal(settings, signal)
            : null;

    /// <exception cref="ArgumentException">The endpoint is no URL.</exception>
    public void Configure(OtlpExporterOptions options)
    {
        // The protocol first: the default endpoint follows from it.
        if (Value("PROTOCOL") is { } protocol)
            options.Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (Value("ENDPOINT") is { } endpoint)
            options.Endpoint = ToUrl(endpoint); // as it stands: only the general one gets /v1/traces appended
        if (Value("HEADERS") is { } headers)
            options.Headers = headers;
        if (int.TryParse(Value("TIMEOUT"), out int timeout))
            options.TimeoutMilliseconds = timeout;
    }

    private Uri ToUrl(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
        ? url
        : throw new ArgumentException($"{Prefix}{_signal}_ENDPOINT is '{endpoint}'; it must be a URL such as http://collector:4317.");

    private string? Value(string name) => _settings[$"{Prefix}{_signal}_{name}"] is { Length: > 0 } value ? value : null;

    private static bool IsSet(string? value) => !string.IsNullOrEmpty(value);
}
