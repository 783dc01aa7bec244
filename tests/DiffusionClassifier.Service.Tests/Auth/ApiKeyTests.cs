using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DiffusionClassifier.Core;
using DiffusionClassifier.Service.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Service.Tests.Auth;

/// <summary>A server with three keys: two of Ada, who changes hers, and one of Ben.</summary>
public sealed class ApiKeyTests : IDisposable
{
    private const int Patience = 60_000; // ms: a hang, not a measurement
    private const string AdasOld = "key-of-ada-1", AdasNew = "key-of-ada-2", Bens = "key-of-ben";

    private readonly RecordedLogs _logs = new();
    private readonly TestService _service;
    private readonly HttpClient _client;

    public ApiKeyTests()
    {
        _service = new TestService(
            ("ApiKeys:0:Name", "ada"), ("ApiKeys:0:Sha256", Hash(AdasOld)), ("ApiKeys:0:MaxActiveRequests", "1"),
            ("ApiKeys:1:Name", "ada"), ("ApiKeys:1:Sha256", Hash(AdasNew).ToUpperInvariant()),
            ("ApiKeys:2:Name", "ben"), ("ApiKeys:2:Sha256", Hash(Bens)))
        {
            ConfigureMore = services => services.AddSingleton(_ => LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_logs))),
        };
        _client = _service.CreateClient();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Authorization", $"Bearer {AdasOld}")]
    [InlineData("Authorization", $"bearer  {AdasNew}")]
    [InlineData("X-API-Key", Bens)]
    public async Task A_known_key_is_let_in_by_either_header(string header, string value)
    {
        HttpResponseMessage response = await SendAsync((header, value));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/models", null, (header, value))).StatusCode);
    }

    [Fact]
    public async Task The_key_for_this_server_wins_over_what_a_proxy_puts_into_Authorization()
    {
        HttpResponseMessage response = await SendAsync(("Authorization", "Basic cHJveHk6cHJveHk="), ("X-API-Key", Bens));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("X-Other", "1", "needs an API key")]
    [InlineData("Authorization", $"Basic {Bens}", "needs an API key")]
    [InlineData("Authorization", "Bearer", "needs an API key")]
    [InlineData("Authorization", "Bearer ", "needs an API key")]
    [InlineData("X-API-Key", "", "needs an API key")]
    [InlineData("X-API-Key", $"{Bens}x", "does not know")]
    [InlineData("Authorization", "Bearer KEY-OF-BEN", "does not know")]
    public async Task Whoever_has_no_known_key_is_told_how_to_send_one(string header, string value, string detail)
    {
        HttpResponseMessage response = await SendAsync((header, value));

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task A_hash_is_no_key()
    {
        HttpResponseMessage response = await SendAsync(("X-API-Key", Hash(Bens)));

        await Problem.ReadAsync(response, HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Theory]
    [InlineData("GET", "/models")]
    [InlineData("GET", "/models/tiny")]
    [InlineData("POST", "/match")]
    [InlineData("POST", "/classify")] // without a content type, which by itself is a 415
    public async Task Everything_that_is_not_open_is_closed(string method, string path) =>
        await Problem.ReadAsync(await SendAsync(new HttpMethod(method), path, null), HttpStatusCode.Unauthorized, "unauthorized");

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/metrics")]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/v1/swagger.json")]
    [InlineData("/")]
    public async Task Health_metrics_and_the_API_document_are_open(string path) =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, path, null)).StatusCode);

    [Fact(Timeout = Patience)]
    public async Task Keys_of_one_name_share_its_limit_and_nobody_elses()
    {
        await SendAsync(("X-API-Key", Bens)); // the model is warm
        using var running = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        HoldDevice(running, release);
        Task<HttpResponseMessage> first = SendAsync(("X-API-Key", AdasOld));
        running.Wait(Cancellation);

        HttpResponseMessage second = await SendAsync(("X-API-Key", AdasNew));
        Task<HttpResponseMessage> other = SendAsync(("X-API-Key", Bens));
        release.Set();

        JsonElement problem = await Problem.ReadAsync(second, HttpStatusCode.TooManyRequests, "quota_exceeded");
        Assert.Contains("'ada' has 1 request running", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotNull(second.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other).StatusCode);
    }

    [Fact(Timeout = Patience)]
    public async Task A_match_is_one_request_of_its_sender_however_many_images_it_has()
    {
        await SendAsync(("X-API-Key", Bens)); // the model is warm
        using var running = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        HoldDevice(running, release);
        var two = new MultipartFormDataContent { { new ByteArrayContent([1]), "images", "a.png" }, { new ByteArrayContent([2]), "images", "b.png" }, { new StringContent("class 1"), "captions" } };
        Task<HttpResponseMessage> match = SendAsync(HttpMethod.Post, "/match", two, ("X-API-Key", AdasNew));
        running.Wait(Cancellation);

        HttpResponseMessage another = await SendAsync(("X-API-Key", AdasOld));
        release.Set();

        JsonElement problem = await Problem.ReadAsync(another, HttpStatusCode.TooManyRequests, "quota_exceeded");
        Assert.Contains("'ada' has 1 request running", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await match).StatusCode);
    }

    [Fact]
    public async Task A_stranger_is_a_stranger_also_to_a_server_that_stops()
    {
        await SendAsync(("X-API-Key", Bens));
        await _service.Services.GetRequiredService<EngineHost>().DrainAsync(Cancellation);

        HttpResponseMessage stranger = await SendAsync(("X-API-Key", "nobody's")), ben = await SendAsync(("X-API-Key", Bens));

        await Problem.ReadAsync(stranger, HttpStatusCode.Unauthorized, "unauthorized");
        await Problem.ReadAsync(ben, HttpStatusCode.ServiceUnavailable, "draining");
        Assert.NotNull(ben.Headers.RetryAfter);
        Assert.True(ben.Headers.ConnectionClose);
    }

    [Fact]
    public async Task No_key_is_logged_at_any_level()
    {
        await SendAsync(("X-API-Key", Bens));
        await SendAsync(("Authorization", "Bearer nobodys-key"));

        Assert.Contains("Answered", _logs.Text, StringComparison.Ordinal);
        Assert.All((string[])[Bens, "nobodys-key", Hash(Bens)], secret => Assert.DoesNotContain(secret, _logs.Text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_API_document_says_where_the_key_goes()
    {
        JsonElement document = await _client.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json", Cancellation);

        JsonElement schemes = document.GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal(["bearer", "header"], schemes.EnumerateObject().Select(scheme => scheme.Name).Order());
        JsonElement classify = document.GetProperty("paths").GetProperty("/classify").GetProperty("post");
        Assert.Equal(["bearer", "header"], classify.GetProperty("security").EnumerateArray().SelectMany(item => item.EnumerateObject()).Select(item => item.Name));
        Assert.Contains("unauthorized", classify.GetProperty("responses").GetProperty("401").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.False(document.GetProperty("paths").GetProperty("/health/live").GetProperty("get").TryGetProperty("security", out _));
    }

    public void Dispose()
    {
        _client.Dispose();
        _service.Dispose();
        _logs.Dispose();
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private Task<HttpResponseMessage> SendAsync(params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, "/classify", TestService.Form(), headers);

    private void HoldDevice(ManualResetEventSlim running, ManualResetEventSlim release) => _service.Model.BeforePredict = _ =>
    {
        running.Set();
        release.Wait();
    };

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = body };
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return _client.SendAsync(request, Cancellation);
    }
}
