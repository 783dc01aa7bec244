using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace DiffusionClassifier.Service.Tests.Telemetry;

/// <summary>What a request says stays with it: everything logged, measured and traced is searched for words that only requests held.</summary>
public sealed class PrivacyTests : IDisposable
{
    private const string Marker = "xyzzy-7f3a";

    private readonly RecordedLogs _logs = new();
    private readonly ConcurrentQueue<Activity> _spans = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_prompts_and_file_names_are_in_no_log_metric_or_span()
    {
        await using var service = new TestService(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9")) { Model = new FakeDiffusionModel(Manifests.Text("tiny"), 8), ConfigureMore = Record };
        using HttpClient client = service.CreateClient();

        Assert.Contains(Marker, await SendAsync(client, HttpStatusCode.OK), StringComparison.Ordinal);
        service.Model.AfterPredict = batch => batch.Predicted(0)[0] = float.NaN; // which the answer says with the label's name
        Assert.Contains(Marker, await SendAsync(client, HttpStatusCode.InternalServerError), StringComparison.Ordinal);
        service.Model.AfterPredict = null;
        service.Model.BeforePredict = _ => throw new InvalidOperationException("the device broke");
        await SendAsync(client, HttpStatusCode.InternalServerError);
        await client.PostAsync($"/classify?labels={Marker}", Form(("labels", $"[{{\"label\":\"a\",\"prompts\":[\"{Marker}\"]}}")), Cancellation); // not JSON
        await client.PostAsync("/classify", Form(("model", Marker)), Cancellation);
        await client.PostAsync("/classify", Form((Marker, "no such field")), Cancellation);
        await client.PostAsJsonAsync("/classify", new { image = Marker, labels = new[] { Marker, Marker } }, Cancellation);
        await client.GetAsync($"/models/{Marker}?{Marker}={Marker}", Cancellation);
        await client.GetAsync($"/{Marker}", Cancellation);
        await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/models") { Headers = { { "User-Agent", Marker }, { "Host", $"{Marker}.example" }, { "Referer", $"http://{Marker}/" } } }, Cancellation);
        await client.GetAsync("/health/ready", Cancellation);
        await client.SendAsync(new HttpRequestMessage(new HttpMethod(Marker), "/classify"), Cancellation);
        await client.SendAsync(new HttpRequestMessage(new HttpMethod("get"), "/models"), Cancellation);
        string metrics = await client.GetStringAsync("/metrics", Cancellation);

        string logs = _logs.Text;
        Assert.Contains("Answered", logs, StringComparison.Ordinal);
        Assert.Contains("POST /classify failed: model_failure", logs, StringComparison.Ordinal);
        Assert.Contains("the device broke", logs, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, logs, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("dc_requests_total{", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, metrics, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(_spans, span => span.DisplayName == "POST /classify");
        Assert.Contains(_spans, span => span.DisplayName == "denoise");
        Assert.Contains(_spans, span => span.DisplayName == "HTTP" && Equals("_OTHER", span.GetTagItem("http.request.method"))); // an invented method
        Assert.Contains(_spans, span => span.DisplayName == "GET /models/" && Equals("GET", span.GetTagItem("http.request.method")));
        Assert.DoesNotContain(_spans, span => span.DisplayName.Contains("/health", StringComparison.Ordinal));
        Assert.DoesNotContain(Marker, string.Join('\n', _spans.Select(Everything)), StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => _logs.Dispose();

    private static MultipartFormDataContent Form(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent([1]), "image", $"{Marker}.png" } };
        foreach ((string name, string value) in fields)
            form.Add(new StringContent(value), name);
        return form;
    }

    private static async Task<string> SendAsync(HttpClient client, HttpStatusCode expected)
    {
        HttpResponseMessage response = await client.PostAsync("/classify",
            Form(("labels", Marker), ("labels", $"other {Marker}"), ("template", $"{Marker} {{label}}"), ("trials", "2")), Cancellation);
        string body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(expected == response.StatusCode, body);
        return body;
    }

    private static string Everything(Activity span) =>
        $"{span.DisplayName} {span.StatusDescription} {Pairs(span.TagObjects)} {Pairs(span.Events.SelectMany(item => item.Tags))} {Pairs(span.Baggage.Select(item => new KeyValuePair<string, object?>(item.Key, item.Value)))}";

    private static string Pairs(IEnumerable<KeyValuePair<string, object?>> pairs) => string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}"));

    private void Record(IServiceCollection services)
    {
        services.AddSingleton(_ => LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(_logs)));
#pragma warning disable CA2000 // the SDK ends the processor that it is given
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new RecordedSpans(_spans)));
#pragma warning restore CA2000
    }
}
