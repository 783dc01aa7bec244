using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Service.Tests.Api;

/// <summary>Models are loaded and unloaded by those who may, on a server whose models wait until they are asked for.</summary>
public sealed class ModelManagementTests : IDisposable
{
    private const string Manager = "key-of-the-manager", Guest = "key-of-a-guest";

    private readonly TestService _service = new(
        ("Models:LoadAtStart", "false"), ("Models:MaxBytes", "100"),
        ("ApiKeys:0:Name", "ada"), ("ApiKeys:0:Sha256", Hash(Manager)), ("ApiKeys:0:ManagesModels", "true"),
        ("ApiKeys:1:Name", "ada"), ("ApiKeys:1:Sha256", Hash(Guest)))
    {
        Model = new FakeDiffusionModel(Manifests.Classes("tiny") with { WeightBytes = 60, Family = "Tiny Diffusion" }, 1, 2),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_whose_models_wait_is_ready_and_answers()
    {
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/health/ready", Guest)).StatusCode);
        Assert.Equal("waiting", await StateAsync());

        HttpResponseMessage answer = await SendAsync(HttpMethod.Post, "/classify", Guest, TestService.Form());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("ready", await StateAsync());
    }

    [Fact]
    public async Task A_manager_loads_a_model_and_is_answered_when_it_is_ready()
    {
        JsonElement model = await ReadAsync(await SendAsync(HttpMethod.Post, "/models/TINY/load", Manager));

        Assert.Equal(("tiny", "ready", 60, "Tiny Diffusion"), (
            model.GetProperty("id").GetString(), model.GetProperty("state").GetString(), model.GetProperty("bytes").GetInt64(), model.GetProperty("family").GetString()));
        Assert.True(model.GetProperty("secondsPerRow").GetDouble() > 0);
    }

    [Fact]
    public async Task A_manager_unloads_a_model_which_the_next_request_loads_again()
    {
        await SendAsync(HttpMethod.Post, "/models/tiny/load", Manager);

        JsonElement unloaded = await ReadAsync(await SendAsync(HttpMethod.Post, "/v1/models/tiny/unload", Manager));

        Assert.Contains(unloaded.GetProperty("state").GetString(), new[] { "unloading", "waiting" });
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, "/classify", Guest, TestService.Form())).StatusCode);
    }

    [Theory]
    [InlineData("load")]
    [InlineData("unload")]
    public async Task Whoever_may_not_is_told_what_is_needed_and_nothing_happens(string what)
    {
        HttpResponseMessage response = await SendAsync(HttpMethod.Post, $"/models/tiny/{what}", Guest);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.Forbidden, "forbidden");
        Assert.Contains("ask for a key with ManagesModels", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("waiting", await StateAsync());
    }

    [Theory]
    [InlineData("load")]
    [InlineData("unload")]
    public async Task A_model_that_there_is_not_is_named_with_those_that_there_are(string what)
    {
        HttpResponseMessage response = await SendAsync(HttpMethod.Post, $"/models/tinny/{what}", Manager);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.NotFound, "unknown_model");
        Assert.Contains("Available models: tiny", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_server_without_keys_nobody_may()
    {
        using var open = new TestService();
        using HttpClient client = open.CreateClient();

        HttpResponseMessage response = await client.PostAsync("/models/tiny/unload", content: null, Cancellation);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.Forbidden, "forbidden");
        Assert.Contains("this server has no keys", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => _service.Dispose();

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private async Task<string?> StateAsync() =>
        (await ReadAsync(await SendAsync(HttpMethod.Get, "/models/tiny", Guest))).GetProperty("state").GetString();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string key, HttpContent? body = null)
    {
        using HttpClient client = _service.CreateClient();
        var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Add("X-API-Key", key);
        return await client.SendAsync(request, Cancellation);
    }
}
