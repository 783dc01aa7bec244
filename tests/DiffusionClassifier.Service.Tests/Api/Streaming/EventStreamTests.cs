using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Core;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace DiffusionClassifier.Service.Tests.Api.Streaming;

/// <summary>An answer as events. Batches pass one by one, as a test lets them.</summary>
public sealed class EventStreamTests : IAsyncLifetime
{
    private const int Patience = 60_000; // ms: a hang, not a measurement
    private const int Stripe = 5; // rows of one trial of all labels: so many batches at most bring a new answer

    private readonly TestService _service = new(("Streaming:AnswersEvery", "00:00:00.0000001"), ("Streaming:HeartbeatEvery", "00:00:00.0500000"));
    private readonly SemaphoreSlim _batches = new(0);
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ClassificationEngine Engine => _service.Services.GetRequiredService<ClassificationEngine>();

    public async ValueTask InitializeAsync()
    {
        _client = _service.CreateClient();
        await _client.PostAsync("/classify", TestService.Form(), Cancellation); // the warm-up's batches pass
        _service.Model.BeforePredict = _ => _batches.Wait();
    }

    [Fact(Timeout = Patience)]
    public async Task Progress_has_ever_more_rows_and_the_result_is_the_answer_that_JSON_gives()
    {
        using ServerEvents stream = await ServerEvents.StartAsync(_client, Request());
        List<(string Name, JsonElement Answer)> events = [];
        _batches.Release(Stripe);
        await foreach ((string, JsonElement) item in stream.ReadAsync())
        {
            events.Add(item);
            _batches.Release(Stripe);
        }

        _batches.Release(1000);
        JsonElement json = await (await _client.PostAsync("/classify", Request(), Cancellation)).Content.ReadFromJsonAsync<JsonElement>(Cancellation);

        JsonElement[] progress = [.. events.SkipLast(1).Select(item => item.Answer)];
        Assert.True(progress.Length >= 2, $"{progress.Length} progress events");
        Assert.All(events.SkipLast(1), item => Assert.Equal("progress", item.Name));
        Assert.All(progress, answer => Assert.False(answer.GetProperty("decision").GetProperty("complete").GetBoolean()));
        int[] rows = [.. progress.Select(Rows)];
        Assert.Equal(rows.Distinct().Order(), rows);
        (string last, JsonElement result) = events[^1];
        Assert.Equal("result", last);
        Assert.True(Rows(result) > rows[^1]);
        foreach (string part in (string[])["model", "prediction", "labels", "decision", "posterior", "seed", "warnings"])
            Assert.Equal(json.GetProperty(part).GetRawText(), result.GetProperty(part).GetRawText());
        Assert.Equal(Names(json), Names(result));
        Assert.All(progress, answer => Assert.Equal(Names(json), Names(answer)));
    }

    [Fact(Timeout = Patience)]
    public async Task The_status_comes_when_the_request_is_admitted_and_heartbeats_while_nothing_happens()
    {
        using ServerEvents stream = await ServerEvents.StartAsync(_client, Request());
        using var reader = new StreamReader(await stream.Response.Content.ReadAsStreamAsync(Cancellation));

        string? first = await reader.ReadLineAsync(Cancellation);
        _batches.Release(1000);
        string rest = await reader.ReadToEndAsync(Cancellation);

        Assert.Equal(": heartbeat", first);
        Assert.Contains("event: result\n", rest, StringComparison.Ordinal);
        Assert.True(stream.Response.Headers.CacheControl?.NoCache);
        Assert.Equal(["no"], stream.Response.Headers.GetValues("X-Accel-Buffering"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_device_that_fails_on_the_way_ends_the_stream_with_an_error()
    {
        using ServerEvents stream = await ServerEvents.StartAsync(_client, Request());
        List<(string Name, JsonElement Data)> events = [];
        _batches.Release(Stripe);
        await foreach ((string, JsonElement) item in stream.ReadAsync())
        {
            events.Add(item);
            _service.Model.BeforePredict = _ => throw new InvalidOperationException("secret of the device");
            _batches.Release(1000); // for the batch that waits already
        }

        (string last, JsonElement problem) = events[^1];
        Assert.Equal("progress", events[0].Name);
        Assert.Equal("error", last);
        Assert.Equal("model_failure", problem.GetProperty("code").GetString());
        Assert.Equal(500, problem.GetProperty("status").GetInt32());
        Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("traceId").GetString()!);
        Assert.DoesNotContain("secret", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_picture_whose_pixels_are_damaged_is_an_error_event_because_the_request_was_admitted()
    {
        using ServerEvents stream = await ServerEvents.StartAsync(_client, Request(FakeImagePreprocessor.BadPixels));

        (string name, JsonElement problem) = Assert.Single(await stream.ReadAsync().ToListAsync(Cancellation));

        Assert.Equal(("error", "invalid_image", 400), (name, problem.GetProperty("code").GetString(), problem.GetProperty("status").GetInt32()));
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_refused_before_it_begins_has_its_status()
    {
        await using var full = new TestService(("Engine:MaxActiveRequests", "0"));
        using HttpClient client = full.CreateClient();

        HttpResponseMessage overloaded = await ServerEvents.SendAsync(client, Request());
        HttpResponseMessage wrong = await ServerEvents.SendAsync(_client, TestService.Form(("labels", "no such class")));
        HttpResponseMessage bad = await ServerEvents.SendAsync(_client, Request(FakeImagePreprocessor.BadHeader));

        await Problem.ReadAsync(overloaded, HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.NotNull(overloaded.Headers.RetryAfter);
        await Problem.ReadAsync(wrong, HttpStatusCode.BadRequest, "unknown_label");
        await Problem.ReadAsync(bad, HttpStatusCode.UnsupportedMediaType, "unsupported_image_format");
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_goes_away_ends_its_request_even_while_a_batch_runs()
    {
        ServerEvents stream = await ServerEvents.StartAsync(_client, Request());
        Assert.Equal(1, Engine.ActiveRequests);

        stream.Dispose();

        while (Engine.ActiveRequests > 0)
            await Task.Delay(10, Cancellation);
    }

    [Theory(Timeout = Patience)]
    [InlineData("text/event-stream", true)]
    [InlineData("text/event-stream, */*;q=0.1", true)]
    [InlineData("application/json;q=0.8, text/event-stream;q=0.9", true)]
    [InlineData("text/*", true)]
    [InlineData("text/event-stream, application/json", false)]
    [InlineData("text/event-stream;q=0.5, application/*", false)]
    [InlineData("text/event-stream;q=0, */*", false)]
    [InlineData("*/*", false)]
    [InlineData("image/png", false)]
    [InlineData("no header value", false)]
    public async Task Events_come_where_they_are_preferred(string accept, bool events)
    {
        _batches.Release(1000);

        using HttpResponseMessage response = await ServerEvents.SendAsync(_client, TestService.Form(("trials", "1")), accept);

        Assert.Equal(events ? "text/event-stream" : "application/json", response.Content.Headers.ContentType?.MediaType);
    }

    public async ValueTask DisposeAsync()
    {
        _batches.Release(1_000_000);
        _client.Dispose();
        await _service.DisposeAsync();
        _batches.Dispose();
    }

    private static MultipartFormDataContent Request(byte[]? image = null) => new()
    {
        { new ByteArrayContent(image ?? [1]), "image", "a.png" },
        { new StringContent("12"), "trials" },
        { new StringContent("7"), "seed" },
    };

    private static int Rows(JsonElement answer) => answer.GetProperty("cost").GetProperty("rows").GetInt32();

    private static IEnumerable<string> Names(JsonElement answer) => answer.EnumerateObject().Select(property => property.Name);
}
