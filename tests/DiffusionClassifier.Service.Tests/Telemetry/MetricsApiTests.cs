using System.Net;
using System.Text.Json;
using DiffusionClassifier.Core;
using DiffusionClassifier.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Service.Tests.Telemetry;

/// <summary>Not read as strictly as the end-to-end tests do: the servers of tests beside these, in one process, show their series here too.</summary>
public sealed class MetricsApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_engines_metrics_have_the_names_and_kinds_that_the_documentation_lists()
    {
        var time = new FakeTimeProvider();
        await using var service = new TestService(("Engine:MaxActiveRequests", "1"), ("Cache:MaxBytes", "1000000")) { Time = time };
        using HttpClient client = service.CreateClient();
        await CauseEverythingAsync(service, time, client);

        string text = await client.GetStringAsync("/metrics", Cancellation);

        string[] types = [.. text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line["# TYPE ".Length..])];
        Assert.Equal(
            DocumentedRows().Select(row => $"{row[1].Trim(' ', '`')} {row[2].Trim().Split(',')[0]}").Order(StringComparer.Ordinal),
            types.Where(type => type.StartsWith("dc_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(["http_server_request_duration_seconds histogram", "dotnet_gc_collections_total counter"], type => Assert.Contains(type, types));
        Assert.All(["otel_", "target_info"], word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    public async Task Only_GET_scrapes(string method)
    {
        await using var service = new TestService();
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/metrics"), Cancellation);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.DoesNotContain("dc_", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_document_has_the_address_and_its_media_type()
    {
        await using var service = new TestService();
        using HttpClient client = service.CreateClient();

        using var document = JsonDocument.Parse(await client.GetStringAsync("/swagger/v1/swagger.json", Cancellation));

        JsonElement operations = document.RootElement.GetProperty("paths").GetProperty("/metrics");
        JsonProperty operation = Assert.Single(operations.EnumerateObject());
        Assert.Equal("get", operation.Name);
        Assert.Equal("text/plain", Assert.Single(operation.Value.GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject()).Name);
    }

    // Counters are not there until they have counted: one request is too late for its deadline, another is one too many.
    private static async Task CauseEverythingAsync(TestService service, FakeTimeProvider time, HttpClient client)
    {
        await client.PostAsync("/classify", TestService.Form(("trials", "1")), Cancellation);
        using var running = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        int batches = 0;
        service.Model.BeforePredict = _ =>
        {
            if (++batches < 20) // some trials are done by then
                return;
            running.Set();
            release.Wait();
        };
        Task<HttpResponseMessage> late = client.PostAsync("/classify", TestService.Form(("trials", "100"), ("strategy", "fixed"), ("deadlineMs", "1000")), Cancellation);
        running.Wait(Cancellation);
        HttpResponseMessage many = await client.PostAsync("/classify", TestService.Form(("trials", "1"), ("seed", "1")), Cancellation);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.OK, (await late).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, many.StatusCode);
        release.Set();
        ModelMemory memory = service.Services.GetRequiredService<ClassificationEngine>().Memory;
        memory.Unload("tiny");
        while (memory.List().Models[0].State != ModelState.Waiting)
            await Task.Delay(1, Cancellation);
        await memory.LoadAsync("tiny", cancellationToken: Cancellation); // a speed is shown of models that are there
    }

    private static IEnumerable<string[]> DocumentedRows() => File.ReadLines(Path.Combine(Repository.Root, "docs", "telemetry.md"))
        .Where(line => line.StartsWith("| `dc_", StringComparison.Ordinal)).Select(line => line.Split('|'));
}
