using OpenTelemetry.Exporter;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>
/// The OTEL_EXPORTER_OTLP_… variables of one signal. The exporter reads those for all signals by itself, and those for one only where all
/// signals are exported together, which would send the others to a collector that was not configured.
/// https://opentelemetry.io/docs/specs/otel/protocol/exporter/
/// </summary>
/// <param name="EndpointVariable">What <paramref name="Endpoint"/> was read from.</param>
/// <param name="Endpoint">Where to send; null, as all that follow: as it is for all signals.</param>
/// <param name="Protocol"><c>grpc</c> or another.</param>
/// <param name="Headers">As the variable has them.</param>
/// <param name="Timeout">Milliseconds.</param>
internal sealed record OtlpSignal(string EndpointVariable, string? Endpoint, string? Protocol, string? Headers, string? Timeout)
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    /// <returns>The signal, or null if there is no endpoint for it or OTEL_…_EXPORTER is <c>none</c>.</returns>
    public static OtlpSignal? Find(IConfiguration settings, string signal)
    {
        if (settings[$"OTEL_{signal}_EXPORTER"] == "none" || (NonEmpty(settings[Prefix + "ENDPOINT"]) ?? Value("ENDPOINT")) is null)
            return null;
        return new OtlpSignal($"{Prefix}{signal}_ENDPOINT", Value("ENDPOINT"), Value("PROTOCOL"), Value("HEADERS"), Value("TIMEOUT"));

        string? Value(string name) => NonEmpty(settings[$"{Prefix}{signal}_{name}"]);
    }

    /// <exception cref="ArgumentException">The endpoint is not a URL.</exception>
    public void Configure(OtlpExporterOptions options)
    {
        // The protocol first: the default endpoint follows from it.
        if (Protocol is not null)
            options.Protocol = Protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (Endpoint is not null)
            options.Endpoint = ToUrl(Endpoint); // as it stands: only the general one gets /v1/traces appended
        if (Headers is not null)
            options.Headers = Headers;
        if (int.TryParse(Timeout, out int timeout))
            options.TimeoutMilliseconds = timeout;
    }

    private Uri ToUrl(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
        ? url
        : throw new ArgumentException($"{EndpointVariable} is '{endpoint}'; it must be a URL such as http://collector:4317.");

    private static string? NonEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
