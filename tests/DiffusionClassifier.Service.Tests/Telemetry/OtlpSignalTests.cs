using DiffusionClassifier.Service.Telemetry;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;

namespace DiffusionClassifier.Service.Tests.Telemetry;

public sealed class OtlpSignalTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(false, "OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    [InlineData(false, "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]
    [InlineData(false, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://collector:4318/v1/metrics")]
    [InlineData(true, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")]
    [InlineData(true, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector:4318/v1/traces")]
    [InlineData(false, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318", "OTEL_TRACES_EXPORTER", "none")]
    public void A_signal_is_exported_where_it_has_an_endpoint(bool expected, params string[] settings) =>
        Assert.Equal(expected, OtlpSignal.Find(Settings(settings), "TRACES") is not null);

    [Fact]
    public void What_is_set_for_one_signal_is_stronger_than_what_is_set_for_all()
    {
        OtlpSignal signal = OtlpSignal.Find(Settings(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://traces:1/here", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf",
            "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "key=value", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1234"), "TRACES")!;
        var options = new OtlpExporterOptions { Protocol = OtlpExportProtocol.Grpc, Headers = "all=1" };

        signal.Configure(options);

        Assert.Equal(new Uri("http://traces:1/here"), options.Endpoint);
        Assert.Equal(OtlpExportProtocol.HttpProtobuf, options.Protocol);
        Assert.Equal("key=value", options.Headers);
        Assert.Equal(1234, options.TimeoutMilliseconds);
    }

    [Fact]
    public void What_is_not_set_for_one_signal_stays_as_it_is_for_all()
    {
        OtlpSignal signal = OtlpSignal.Find(Settings("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:1"), "TRACES")!;
        var options = new OtlpExporterOptions { Protocol = OtlpExportProtocol.HttpProtobuf, Headers = "all=1" };
        Uri endpoint = options.Endpoint;

        signal.Configure(options);

        Assert.Equal(endpoint, options.Endpoint);
        Assert.Equal(OtlpExportProtocol.HttpProtobuf, options.Protocol);
        Assert.Equal("all=1", options.Headers);
    }

    [Theory]
    [InlineData("collector")]
    [InlineData("collector:4318")]
    [InlineData("ftp://collector")]
    public void An_endpoint_that_is_no_URL_is_refused_by_the_name_of_its_variable(string endpoint)
    {
        OtlpSignal signal = OtlpSignal.Find(Settings("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpoint), "TRACES")!;

        var exception = Assert.Throws<ArgumentException>(() => signal.Configure(new OtlpExporterOptions()));

        Assert.StartsWith($"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is '{endpoint}'; it must be a URL", exception.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Settings(params string[] pairs) => new ConfigurationBuilder()
        .AddInMemoryCollection(pairs.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]))).Build();
}
