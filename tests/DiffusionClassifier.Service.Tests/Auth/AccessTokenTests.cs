using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DiffusionClassifier.Service.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace DiffusionClassifier.Service.Tests.Auth;

/// <summary>A server that takes tokens of an identity provider, and a key of Ada's.</summary>
public sealed class AccessTokenTests : IDisposable
{
    private const int Patience = 60_000; // ms: a hang, not a measurement
    private const string AdasKey = "key-of-ada";

    private readonly TokenIssuer _issuer = new();
    private readonly RecordedLogs _logs = new();
    private readonly TestService _service;
    private readonly HttpClient _client;

    public AccessTokenTests()
    {
        _service = new TestService([
            .. _issuer.Settings, ("ApiKeys:0:Name", "ada"),
            ("ApiKeys:0:Sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AdasKey))))])
        {
            ConfigureMore = services => services.AddSingleton(_ => LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_logs))),
        };
        _client = _service.CreateClient();
    }

    public static TheoryData<string> Refusals => ["expired", "not yet valid", "endless", "audience", "no audience", "issuer", "none", "forged", "other key", "confused", "no name", "garbage"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_that_is_signed_with_a_known_key_is_let_in()
    {
        string rsa = _issuer.Token(), secret = _issuer.Token(change: token => token.SigningCredentials = _issuer.Secret);

        Assert.Equal(HttpStatusCode.OK, (await ClassifyAsync(_client, rsa)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ClassifyAsync(_client, secret)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ClassifyAsync(_client, AdasKey)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Any_other_token_is_refused_with_the_reason(string what)
    {
        (string token, string reason) = Bad(what);

        HttpResponseMessage response = await ClassifyAsync(_client, token);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("Bearer error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Whoever_sends_nothing_is_told_what_to_send()
    {
        HttpResponseMessage response = await _client.GetAsync("/models", Cancellation);

        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Contains("needs a token", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_job_of_a_token_is_its_own_tenants_alone_and_no_keys_with_the_same_name()
    {
        HttpResponseMessage accepted = await SendAsync(_client, HttpMethod.Post, "/jobs", _issuer.Token("ada"), TestService.Form(("trials", "1")));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        string job = accepted.Headers.Location!.ToString();

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(_client, HttpMethod.Get, job, _issuer.Token("ada"))).StatusCode);
        foreach (string stranger in (string[])[_issuer.Token("bob"), AdasKey])
            await Problem.ReadAsync(await SendAsync(_client, HttpMethod.Get, job, stranger), HttpStatusCode.NotFound, "unknown_job");
    }

    [Fact(Timeout = Patience)]
    public async Task Tenants_of_tokens_have_a_limit_of_their_own()
    {
        using TestService service = new([.. _issuer.Settings, ("Tokens:MaxActiveRequests", "1"), ("Tokens:TenantClaim", "client_id")]);
        using HttpClient client = service.CreateClient();
        await ClassifyAsync(client, _issuer.Token(claims: ("client_id", "bank"))); // the model is warm
        using var running = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        service.Model.BeforePredict = _ =>
        {
            running.Set();
            release.Wait();
        };
        Task<HttpResponseMessage> first = ClassifyAsync(client, _issuer.Token(claims: ("client_id", "shop")));
        running.Wait(Cancellation);

        HttpResponseMessage second = await ClassifyAsync(client, _issuer.Token("another", claims: ("client_id", "shop")));
        Task<HttpResponseMessage> other = ClassifyAsync(client, _issuer.Token(claims: ("client_id", "bank")));
        release.Set();

        JsonElement problem = await Problem.ReadAsync(second, HttpStatusCode.TooManyRequests, "quota_exceeded");
        Assert.Contains("'token:shop' has 1 request running", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [(await first).StatusCode, (await other).StatusCode]);
    }

    [Theory]
    [InlineData("scope", "images classify", HttpStatusCode.OK)]
    [InlineData("scp", "classify", HttpStatusCode.OK)]
    [InlineData("scope", "classify-all", HttpStatusCode.Forbidden)]
    [InlineData("other", "classify", HttpStatusCode.Forbidden)]
    public async Task A_token_without_the_scope_that_is_needed_is_forbidden(string claim, string value, HttpStatusCode expected)
    {
        using TestService service = new([.. _issuer.Settings, ("Tokens:Scope", "classify")]);
        using HttpClient client = service.CreateClient();

        HttpResponseMessage response = await ClassifyAsync(client, _issuer.Token(claims: (claim, value)));

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.OK)
            return;
        JsonElement problem = await Problem.ReadAsync(response, HttpStatusCode.Forbidden, "forbidden");
        Assert.Contains("lacks the scope 'classify'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("Bearer error=\"insufficient_scope\", scope=\"classify\"", response.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("scope", "images models", HttpStatusCode.OK)]
    [InlineData("roles", "keeper", HttpStatusCode.OK)]
    [InlineData("scope", "keeper", HttpStatusCode.Forbidden)]
    public async Task A_token_with_the_managers_scope_or_role_loads_models(string claim, string value, HttpStatusCode expected)
    {
        using TestService service = new([.. _issuer.Settings, ("Tokens:ManagerScope", "models"), ("Tokens:ManagerRole", "keeper")]);
        using HttpClient client = service.CreateClient();
        var request = new HttpRequestMessage(HttpMethod.Post, "/models/tiny/load");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _issuer.Token(claims: (claim, value)));

        HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_role_is_one_of_a_list()
    {
        using TestService service = new([.. _issuer.Settings, ("Tokens:Role", "operator")]);
        using HttpClient client = service.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await ClassifyAsync(client, _issuer.Token(claims: ("roles", (string[])["reader", "operator"])))).StatusCode);
        await Problem.ReadAsync(await ClassifyAsync(client, _issuer.Token(claims: ("roles", (string[])["reader"]))), HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task The_API_document_offers_tokens_beside_keys_and_says_who_is_forbidden()
    {
        using TestService service = new([.. _issuer.Settings, ("Tokens:Scope", "classify")]);
        using HttpClient client = service.CreateClient();

        JsonElement both = await _client.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json", Cancellation);
        JsonElement tokens = await client.GetFromJsonAsync<JsonElement>("/swagger/v1/swagger.json", Cancellation);

        Assert.Equal(["bearer", "header", "token"], Schemes(both).Order());
        Assert.Equal(["token"], Schemes(tokens));
        JsonElement responses = tokens.GetProperty("paths").GetProperty("/classify").GetProperty("post").GetProperty("responses");
        Assert.Contains("forbidden", responses.GetProperty("403").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.False(both.GetProperty("paths").GetProperty("/classify").GetProperty("post").GetProperty("responses").TryGetProperty("403", out _));

        static IEnumerable<string> Schemes(JsonElement document) =>
            document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name);
    }

    [Fact]
    public async Task No_token_is_logged_at_any_level()
    {
        string good = _issuer.Token(), bad = Bad("expired").Token;

        await ClassifyAsync(_client, good);
        await ClassifyAsync(_client, bad);

        Assert.Contains("Answered", _logs.Text, StringComparison.Ordinal);
        Assert.All(good.Split('.').Skip(1).Concat(bad.Split('.').Skip(1)), part => Assert.DoesNotContain(part, _logs.Text, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _client.Dispose();
        _service.Dispose();
        _logs.Dispose();
        _issuer.Dispose();
    }

    private static Task<HttpResponseMessage> ClassifyAsync(HttpClient client, string token) =>
        SendAsync(client, HttpMethod.Post, "/classify", token, TestService.Form());

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string token, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request, Cancellation);
    }

    private (string Token, string Reason) Bad(string what)
    {
        const string Forged = "signature is missing or wrong", UnknownKey = "signed with a key that this server does not know";
        using var stranger = new TokenIssuer();
        return what switch
        {
            "expired" => (_issuer.Token(change: token => token.Expires = TokenIssuer.Now.AddMinutes(-2)), "has expired"),
            "not yet valid" => (_issuer.Token(change: token => token.NotBefore = TokenIssuer.Now.AddMinutes(2)), "not valid yet"),
            "endless" => (_issuer.Token(change: token => token.Expires = null), "never expires"),
            "audience" => (_issuer.Token(change: token => token.Audience = "another"), "whose audience is 'diffusion-classifier'"),
            "no audience" => (_issuer.Token(change: token => token.Audience = null), "whose audience is 'diffusion-classifier'"),
            "issuer" => (_issuer.Token(change: token => token.Issuer = "https://login.example.com"), "issuer is not"),
            "none" => (_issuer.Token(change: token => token.SigningCredentials = null), Forged),
            "forged" => (stranger.Token(), Forged),
            "other key" => (_issuer.Token(change: token => token.SigningCredentials = Stranger("another")), UnknownKey),
            // The public key taken for a shared secret, which everyone has.
            "confused" => (_issuer.Token(change: token => token.SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(_issuer.KeySet)) { KeyId = "rsa-1" }, SecurityAlgorithms.HmacSha256)), Forged),
            "no name" => (_issuer.Token(claims: ("sub", "")), "has no claim 'sub'"),
            _ => ("a.b.c", "cannot be read"),
        };
    }

    private static SigningCredentials Stranger(string keyId) =>
        new(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)) { KeyId = keyId }, SecurityAlgorithms.HmacSha256);
}
