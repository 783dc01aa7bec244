using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Service.Tests.Auth;

/// <summary>A server whose keys come from an identity provider over HTTP.</summary>
public sealed class IdentityProviderTests : IAsyncLifetime
{
    private readonly TokenIssuer _issuer = new();
    private readonly WebApplication _provider;
    private bool _isAway;

    public IdentityProviderTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _provider = builder.Build();
        _provider.MapGet("/.well-known/openid-configuration", () => _isAway
            ? Results.StatusCode(StatusCodes.Status502BadGateway)
            : Results.Json(new { issuer = TokenIssuer.Issuer, jwks_uri = $"{_provider.Urls.First()}/keys" }));
        _provider.MapGet("/keys", () => Results.Text(_issuer.KeySet, "application/json"));
    }

    public ValueTask InitializeAsync() => new(_provider.StartAsync());

    [Fact]
    public async Task Its_issuer_and_keys_decide_who_is_let_in()
    {
        using TestService service = Service();
        using HttpClient client = service.CreateClient();
        using var stranger = new TokenIssuer();

        Assert.Equal(HttpStatusCode.OK, (await ModelsAsync(client, _issuer.Token())).StatusCode);
        await Problem.ReadAsync(await ModelsAsync(client, stranger.Token()), HttpStatusCode.Unauthorized, "unauthorized");
        await Problem.ReadAsync(
            await ModelsAsync(client, _issuer.Token(change: token => token.Issuer = "https://login.example.com")), HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task Where_it_does_not_answer_a_caller_is_told_to_try_again_and_let_in_when_it_does()
    {
        using TestService service = Service();
        using HttpClient client = service.CreateClient();
        _isAway = true;

        HttpResponseMessage away = await ModelsAsync(client, _issuer.Token());
        _isAway = false;
        HttpResponseMessage back = await ModelsAsync(client, _issuer.Token());

        await Problem.ReadAsync(away, HttpStatusCode.ServiceUnavailable, "not_ready");
        Assert.NotNull(away.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        _issuer.Dispose();
    }

    private TestService Service() => new(("Tokens:Authority", _provider.Urls.First()), ("Tokens:Audience", TokenIssuer.Audience));

    private static async Task<HttpResponseMessage> ModelsAsync(HttpClient client, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/models");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
