using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

public sealed class TelemetryTests
{
    private const string Marker = "xyzzy-7f3a";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_after_a_classification_are_in_the_text_format_and_count_it()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync();
        await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "7")), Cancellation);
        await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("labels", Marker), ("model", "cifar10")), Cancellation);

        HttpResponseMessage response = await service.Client.GetAsync("/metrics", Cancellation);
        string text = await response.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var metrics = Exposition.Parse(text);
        Assert.Equal(1, metrics.Samples["""dc_requests_total{class="interactive",outcome="answered"}"""]);
        Assert.Equal(1, metrics.Samples["""dc_requests_total{class="none",outcome="refused"}"""]);
        Assert.Equal(1, metrics.Samples["""dc_request_duration_seconds_count{class="interactive",outcome="answered"}"""]);
        Assert.Equal(1, metrics.Samples["dc_first_row_wait_seconds_count"]);
        Assert.Equal(70, metrics.Samples["""dc_rows_total{device="cpu:0",model="cifar10",state="run"}"""]);
        Assert.Equal(70, metrics.Samples["""dc_batch_rows_sum{device="cpu:0",model="cifar10"}"""]);
        Assert.Equal(0, metrics.Samples["""dc_active_jobs{class="interactive"}"""]);
        Assert.InRange(metrics.Samples["""dc_device_rows_per_second{device="cpu:0",model="cifar10"}"""], 1, double.PositiveInfinity);
        Assert.Equal(0, metrics.Samples["""dc_backlog_seconds{class="bulk"}"""]);
        Assert.Equal(1, metrics.Samples["""dc_worker_state{device="cpu:0"}"""]);
        Assert.Equal(2, metrics.Samples["""dc_models{state="served"}"""]); // cifar10 and scenes
        Assert.Equal("histogram", metrics.Types["dc_batch_duration_seconds"]);
        Assert.Contains("http_server_request_duration_seconds", metrics.Types);
        Assert.Contains("kestrel_active_connections", metrics.Types);
        Assert.Contains("dotnet_gc_collections_total", metrics.Types);
        Assert.DoesNotContain(Marker, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_scrape_shows_what_has_happened_by_then()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync();

        for (int answered = 1; answered <= 3; answered++)
        {
            await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "1")), Cancellation);

            Assert.Equal(answered, await service.MetricAsync("dc_requests_total", "outcome=\"answered\""));
        }
    }

    [Fact]
    public async Task Machines_that_ask_do_not_count_as_requests_and_may_ask_at_once()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync();

        string[] texts = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => service.Client.GetStringAsync("/metrics", Cancellation)));
        await service.Client.GetStringAsync("/health/ready", Cancellation);
        string last = await service.Client.GetStringAsync("/metrics", Cancellation);

        Assert.All(texts, text => Assert.Contains("dotnet_process_cpu_count", Exposition.Parse(text).Types));
        Assert.DoesNotContain("http_server_request_duration_seconds", Exposition.Parse(last).Types);
    }

    [Fact]
    public async Task A_server_told_to_stop_sends_its_spans_and_metrics_to_the_collector_first()
    {
        await using var collector = new OtlpCollector();
        await using ServiceProcess service = await ServiceProcess.StartAsync(collector.Variables, "--LogFormat", "Json");
        await service.Client.GetStringAsync("/health/ready", Cancellation);
        await service.Client.GetStringAsync("/metrics", Cancellation);
        HttpResponseMessage response = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "4")), Cancellation);
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("labels", Marker), ("model", "cifar10")), Cancellation);
        Assert.Empty(collector.Paths); // an hour early

        await Shell.RunAsync($"kill -TERM {service.Id}", Cancellation);

        Assert.Equal(0, await service.WaitForExitAsync());
        Assert.Equal(["/v1/metrics", "/v1/traces"], collector.Paths.Order());
        string traces = collector["/v1/traces"], metrics = collector["/v1/metrics"];
        Assert.All(["POST /classify", "classify", "admission", "decode", "queue", "encode", "denoise", answer.GetProperty("id").GetString()!, "unknown_label", "diffusion-classifier"],
            word => Assert.Contains(word, traces, StringComparison.Ordinal));
        Assert.All(["dc.requests", "dc.rows", "http.server.request.duration", "diffusion-classifier"], word => Assert.Contains(word, metrics, StringComparison.Ordinal));
        Assert.All(["/health", "/metrics", "HttpRequestIn"], word => Assert.DoesNotContain(word, traces, StringComparison.Ordinal));
        Assert.DoesNotContain(Marker, traces + metrics + service.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ship", traces + metrics, StringComparison.Ordinal); // the answer
    }

    [Fact]
    public async Task Only_the_signal_that_has_an_endpoint_is_sent()
    {
        await using var collector = new OtlpCollector();
        await using ServiceProcess service = await ServiceProcess.StartAsync(
            [("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collector.Address + "/somewhere"), ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf")]);
        await service.Client.GetStringAsync("/models", Cancellation);

        await Shell.RunAsync($"kill -TERM {service.Id}", Cancellation);

        Assert.Equal(0, await service.WaitForExitAsync());
        Assert.Equal(["/somewhere"], collector.Paths);
        Assert.Contains("GET /models", collector["/somewhere"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_costs_neither_answers_nor_the_exit_code()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync([("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")]); // discard: nobody listens
        HttpResponseMessage response = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "1")), Cancellation);

        await Shell.RunAsync($"kill -TERM {service.Id}", Cancellation);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(0, await service.WaitForExitAsync());
        Assert.DoesNotContain("Exception", service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_of_a_request_carry_its_trace_id_in_both_forms_of_the_log()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        foreach (string format in (string[])["Json", "Text"])
        {
            await using ServiceProcess service = await ServiceProcess.StartAsync("--LogFormat", format);
            HttpRequestMessage request = new(HttpMethod.Post, "/classify") { Content = ServiceProcess.Form("ship.png", ("trials", "1")), Headers = { { "traceparent", $"00-{trace}-b7ad6b7169203331-01" } } };

            await service.Client.SendAsync(request, Cancellation);
            string line = await service.LineAsync("Answered");

            Assert.Contains(trace, line, StringComparison.Ordinal);
            if (format == "Json")
                Assert.Matches("^[0-9a-f]{16}$", JsonDocument.Parse(line).RootElement.GetProperty("@sp").GetString()!);
        }
    }
}
