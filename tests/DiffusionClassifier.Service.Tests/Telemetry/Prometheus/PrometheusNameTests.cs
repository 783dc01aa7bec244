using DiffusionClassifier.Service.Telemetry.Prometheus;

namespace DiffusionClassifier.Service.Tests.Telemetry.Prometheus;

public sealed class PrometheusNameTests
{
    [Theory]
    [InlineData("dc.requests", "{request}", "counter", "dc_requests_total")]
    [InlineData("dc.request.duration", "s", "histogram", "dc_request_duration_seconds")]
    [InlineData("dc.active_jobs", "{job}", "gauge", "dc_active_jobs")]
    [InlineData("already.total", "", "counter", "already_total")]
    [InlineData("already_seconds_total", "s", "counter", "already_seconds_total")]
    [InlineData("already.bytes", "By", "gauge", "already_bytes")]
    [InlineData("bytes", "By", "gauge", "bytes")]
    [InlineData("kilobytes", "By", "gauge", "kilobytes_bytes")]
    [InlineData("load", "1", "gauge", "load_ratio")]
    [InlineData("hits", "1", "counter", "hits_total")]
    [InlineData("flow", "By/s", "gauge", "flow_bytes_per_second")]
    [InlineData("rows", "{row}/s", "gauge", "rows_per_second")]
    [InlineData("odd", "By{used}", "gauge", "odd_bytes")]
    [InlineData("unknown", "widget", "gauge", "unknown_widget")]
    [InlineData("2nd-näme:x", "", "gauge", "_2nd_n_me:x")]
    public void A_name_is_legal_and_ends_with_its_unit(string name, string unit, string type, string expected) =>
        Assert.Equal(expected, PrometheusName.Of(name, unit, type));
}
