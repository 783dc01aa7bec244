using System.Diagnostics.Metrics;
using DiffusionClassifier.Service.Telemetry.Prometheus;
using DiffusionClassifier.Testing;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace DiffusionClassifier.Service.Tests.Telemetry.Prometheus;

public sealed class PrometheusReaderTests : IDisposable
{
    private readonly string _scope = $"test-{Guid.NewGuid():N}"; // providers see the meters of the whole process
    private readonly PrometheusReader _reader = new();
    private readonly List<Meter> _meters = [];
    private readonly MeterProvider _provider;

    public PrometheusReaderTests() => _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_scope + "*").AddReader(_reader).Build();

    [Fact]
    public void Counters_end_in_total_and_are_written_for_every_set_of_tags()
    {
        Counter<long> rows = Meter().CreateCounter<long>("dc.rows", "{row}", "Rows that were run.");
        rows.Add(3, new KeyValuePair<string, object?>("model", "a"));
        rows.Add(4, new KeyValuePair<string, object?>("model", "b"));
        rows.Add(2, new KeyValuePair<string, object?>("model", "a"));

        AssertText("""
            # HELP dc_rows_total Rows that were run.
            # TYPE dc_rows_total counter
            dc_rows_total{model="a"} 5
            dc_rows_total{model="b"} 4
            """);
    }

    [Fact]
    public void Up_down_counters_and_gauges_are_gauges()
    {
        UpDownCounter<long> jobs = Meter().CreateUpDownCounter<long>("jobs");
        jobs.Add(3);
        jobs.Add(-4);
        Meter().CreateObservableGauge("load", () => 0.25, "1", "How busy.");

        AssertText("""
            # TYPE jobs gauge
            jobs -1
            # HELP load_ratio How busy.
            # TYPE load_ratio gauge
            load_ratio 0.25
            """);
    }

    [Fact]
    public void Histograms_have_cumulative_buckets_a_sum_and_a_count()
    {
        Histogram<double> seconds = Meter().CreateHistogram("wait", "s", "Waiting.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 1, 10] });
        foreach (double value in (double[])[0.25, 0.5, 5, 100])
            seconds.Record(value, new KeyValuePair<string, object?>("device", "cpu:0"));

        AssertText("""
            # HELP wait_seconds Waiting.
            # TYPE wait_seconds histogram
            wait_seconds_bucket{device="cpu:0",le="0.005"} 0
            wait_seconds_bucket{device="cpu:0",le="1"} 2
            wait_seconds_bucket{device="cpu:0",le="10"} 3
            wait_seconds_bucket{device="cpu:0",le="+Inf"} 4
            wait_seconds_sum{device="cpu:0"} 105.75
            wait_seconds_count{device="cpu:0"} 4
            """);
    }

    [Fact]
    public void A_histogram_without_bounds_still_has_the_bucket_of_everything()
    {
        Meter().CreateHistogram("size", "By", null, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [] }).Record(3);

        AssertText("""
            # TYPE size_bytes histogram
            size_bytes_bucket{le="+Inf"} 1
            size_bytes_sum 3
            size_bytes_count 1
            """);
    }

    [Fact]
    public void Values_and_descriptions_are_escaped_and_keys_made_legal()
    {
        Meter().CreateCounter<long>("c", null, "One\\two\nthree \"four\"").Add(1,
            new("quote\"d key", "say \"hi\""), new("1st", "back\\slash"), new("line", "a\nb"), new("none", null), new("yes", true));

        AssertText("""
            # HELP c_total One\\two\nthree "four"
            # TYPE c_total counter
            c_total{_1st="back\\slash",line="a\nb",none="",quote_d_key="say \"hi\"",yes="True"} 1
            """);
    }

    [Fact]
    public void Keys_that_become_one_label_share_it()
    {
        Meter().CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("a.b", "first"), new KeyValuePair<string, object?>("a_b", "second"));

        AssertText("""
            # TYPE c_total counter
            c_total{a_b="first;second"} 1
            """);
    }

    [Fact]
    public void Numbers_that_are_not_finite_have_their_words()
    {
        Meter().CreateObservableGauge("g", () => (Measurement<double>[])
            [new(double.NaN, Tag("nan")), new(double.PositiveInfinity, Tag("plus")), new(double.NegativeInfinity, Tag("minus")), new(1e-9, Tag("small")), new(1e300, Tag("large"))]);

        AssertText("""
            # TYPE g gauge
            g{which="nan"} NaN
            g{which="plus"} +Inf
            g{which="minus"} -Inf
            g{which="small"} 1E-09
            g{which="large"} 1E+300
            """);

        static KeyValuePair<string, object?> Tag(string value) => new("which", value);
    }

    [Fact]
    public void Meters_that_use_one_name_are_told_apart()
    {
        Meter("-a").CreateCounter<long>("hits", null, "First.").Add(1);
        Meter("-b").CreateCounter<long>("hits", null, "Second.").Add(2);

        AssertText($$"""
            # HELP hits_total First.
            # TYPE hits_total counter
            hits_total{otel_scope_name="{{_scope}}-a"} 1
            hits_total{otel_scope_name="{{_scope}}-b"} 2
            """);
    }

    [Fact]
    public void A_name_has_one_type_and_the_first_one_counts()
    {
        Meter().CreateCounter<long>("hits").Add(1);
        Meter().CreateObservableGauge("hits_total", () => 7);
        Meter().CreateHistogram("wait", null, null, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [] }).Record(1);
        Meter().CreateObservableGauge("wait_count", () => 7);

        AssertText("""
            # TYPE hits_total counter
            hits_total 1
            # TYPE wait histogram
            wait_bucket{le="+Inf"} 1
            wait_sum 1
            wait_count 1
            """);
    }

    [Fact]
    public void The_same_series_from_two_meters_is_written_once()
    {
        foreach (string version in (string[])["1", "2"])
        {
            var meter = new Meter(_scope, version);
            _meters.Add(meter);
            meter.CreateCounter<long>("hits").Add(1);
        }

        AssertText($$"""
            # TYPE hits_total counter
            hits_total{otel_scope_name="{{_scope}}"} 1
            """);
    }

    [Fact]
    public async Task Concurrent_scrapes_each_get_everything()
    {
        Counter<long> counter = Meter().CreateCounter<long>("c");
        counter.Add(1);

        string[] texts = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(_reader.Scrape)));

        Assert.All(texts, text => Assert.Equal(1, Exposition.Parse(text).Samples["c_total"]));
    }

    [Fact]
    public void Without_a_provider_there_is_nothing()
    {
        using var alone = new PrometheusReader();

        Assert.Equal("", alone.Scrape());
    }

    public void Dispose()
    {
        _provider.Dispose();
        _reader.Dispose();
        foreach (Meter meter in _meters)
            meter.Dispose();
    }

    private Meter Meter(string suffix = "")
    {
        var meter = new Meter(_scope + suffix);
        _meters.Add(meter);
        return meter;
    }

    private void AssertText(string expected)
    {
        string text = _reader.Scrape();
        Assert.Equal(expected + "\n", text);
        Exposition.Parse(text);
    }
}
