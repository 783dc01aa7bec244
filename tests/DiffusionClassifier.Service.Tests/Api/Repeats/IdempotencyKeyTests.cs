using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Service.Tests.Api.Repeats;

/// <summary>Requests with an Idempotency-Key that are sent again. The server keeps no other answers.</summary>
public sealed class IdempotencyKeyTests : IAsyncLifetime
{
    private const int Patience = 60_000; // ms: a hang, not a measurement

    private readonly FakeTimeProvider _time = new();
    private readonly ManualResetEventSlim _running = new(), _release = new();
    private readonly TestService _service;
    private HttpClient _client = null!;

    public IdempotencyKeyTests() => _service = new TestService(Key(0, "ada"), Name(0, "ada"), Key(1, "ben"), Name(1, "ben")) { Time = _time };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _client = _service.CreateClient();
        await SendAsync(null, TestService.Form()); // the model is warm
    }

    public async ValueTask DisposeAsync()
    {
        _release.Set();
        await _service.DisposeAsync();
        _running.Dispose();
        _release.Dispose();
    }

    [Theory]
    [InlineData("/classify", "application/json")]
    [InlineData("/classify", "text/csv")]
    [InlineData("/classify", "application/x-ndjson")]
    [InlineData("/classify", "text/event-stream")]
    [InlineData("/match", "application/json")]
    public async Task The_same_request_gets_the_same_response(string address, string accept)
    {
        HttpResponseMessage first = await SendAsync("a", Body(), address: address, accept: accept);
        int batches = _service.Model.Batches;

        HttpResponseMessage second = await SendAsync("a", Body(), address: address, accept: accept);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, batches), (first.StatusCode, second.StatusCode, _service.Model.Batches));
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(Cancellation), await second.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.Equal((false, true), (IsReplayed(first), IsReplayed(second)));

        MultipartFormDataContent Body() => address == "/match"
            ? new() { { new ByteArrayContent([1]), "images", "a.png" }, { new StringContent("class 1"), "captions" } }
            : TestService.Form();
    }

    [Fact]
    public async Task Without_a_key_or_with_another_a_request_is_answered_anew()
    {
        string[] ids = [await IdAsync("a"), await IdAsync("b"), await IdAsync(null), await IdAsync(null)];

        Assert.Equal(4, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_key_belongs_to_whom_it_is_from()
    {
        Assert.NotEqual(await IdAsync("a", "ada"), await IdAsync("a", "ben"));
    }

    [Theory]
    [InlineData("seed", "1")]
    [InlineData("labels", "class 1")]
    [InlineData("strategy", "race")]
    public async Task Another_request_with_the_key_is_a_conflict(string field, string value)
    {
        await SendAsync("a", TestService.Form());

        HttpResponseMessage other = await SendAsync("a", TestService.Form((field, value)));

        await Problem.ReadAsync(other, HttpStatusCode.UnprocessableEntity, "idempotency_conflict");
    }

    [Fact]
    public async Task Another_image_address_or_form_with_the_key_is_a_conflict()
    {
        await SendAsync("a", TestService.Form());
        var image = new MultipartFormDataContent { { new ByteArrayContent([2]), "image", "a.png" } };
        var match = new MultipartFormDataContent { { new ByteArrayContent([1]), "images", "a.png" }, { new StringContent("class 1"), "captions" } };

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync("a", image)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync("a", match, address: "/match")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync("a", TestService.Form(), accept: "text/csv")).StatusCode);
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_that_is_sent_again_while_it_runs_waits_for_its_response()
    {
        Hold();
        Task<HttpResponseMessage> first = SendAsync("a", TestService.Form());
        _running.Wait(Cancellation);
        Task<HttpResponseMessage>[] others = [.. Enumerable.Range(0, 3).Select(_ => SendAsync("a", TestService.Form()))];
        HttpResponseMessage conflict = await SendAsync("a", TestService.Form(("seed", "1")));
        _release.Set();

        await Problem.ReadAsync(conflict, HttpStatusCode.UnprocessableEntity, "idempotency_conflict");
        string expected = await (await first).Content.ReadAsStringAsync(Cancellation);
        foreach (HttpResponseMessage other in await Task.WhenAll(others))
            Assert.Equal(expected, await other.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_whose_client_lost_the_connection_is_answered_when_it_is_sent_again()
    {
        Hold();
        using var gone = new CancellationTokenSource();
        Task<HttpResponseMessage> first = SendAsync("a", TestService.Form(), cancellation: gone.Token);
        _running.Wait(Cancellation);
        Task<HttpResponseMessage> second = SendAsync("a", TestService.Form());
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _release.Set();

        Assert.Equal(HttpStatusCode.OK, (await second).StatusCode);
        Assert.Equal(await IdAsync("a"), await IdOf(await second));
    }

    [Fact]
    public async Task A_fault_of_the_server_is_not_remembered()
    {
        _service.Model.BeforePredict = _ => throw new InvalidOperationException();
        HttpResponseMessage failed = await SendAsync("a", TestService.Form());
        _service.Model.BeforePredict = null;

        HttpResponseMessage again = await SendAsync("a", TestService.Form());

        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.OK), (failed.StatusCode, again.StatusCode));
        Assert.False(IsReplayed(again));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    [InlineData("text/event-stream")]
    public async Task A_fault_of_the_server_in_a_part_of_a_response_is_not_remembered(string accept)
    {
        bool isStream = accept == "text/event-stream";
        _service.Model.BeforePredict = _ => throw new InvalidOperationException();
        HttpResponseMessage failed = await SendAsync("a", Body(), accept: accept);
        string text = await failed.Content.ReadAsStringAsync(Cancellation);
        _service.Model.BeforePredict = null;

        HttpResponseMessage again = await SendAsync("a", Body(), accept: accept);

        Assert.Contains("model_failure", text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, false), (again.StatusCode, IsReplayed(again)));
        Assert.DoesNotContain("model_failure", await again.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        MultipartFormDataContent Body() => isStream
            ? TestService.Form()
            : new() { { new ByteArrayContent([1]), "images", "a.png" }, { new ByteArrayContent([2]), "images", "b.png" } };
    }

    [Fact]
    public async Task A_response_is_forgotten_after_an_hour()
    {
        string first = await IdAsync("a");
        _time.Advance(TimeSpan.FromMinutes(59));
        string within = await IdAsync("a");
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(first, within);
        Assert.NotEqual(first, await IdAsync("a"));
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_refused()
    {
        HttpResponseMessage response = await SendAsync(new string('a', 256), TestService.Form());

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.BadRequest, "invalid_request");
        Assert.Contains("256 characters", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static (string, string) Key(int index, string key) => ($"ApiKeys:{index}:Sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));

    private static (string, string) Name(int index, string name) => ($"ApiKeys:{index}:Name", name);

    private static bool IsReplayed(HttpResponseMessage response) => response.Headers.Contains("Idempotent-Replayed");

    private static async Task<string> IdOf(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetString()!;

    private async Task<string> IdAsync(string? key, string tenant = "ada") => await IdOf(await SendAsync(key, TestService.Form(), tenant));

    private Task<HttpResponseMessage> SendAsync(
        string? key, HttpContent body, string tenant = "ada", string address = "/classify", string accept = "application/json", CancellationToken? cancellation = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = body, Headers = { { "X-API-Key", tenant }, { "Accept", accept } } };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return _client.SendAsync(request, cancellation ?? Cancellation);
    }

    private void Hold() => _service.Model.BeforePredict = _ =>
    {
        _running.Set();
        _release.Wait(Cancellation);
    };
}
