using System.Net;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Tests.Auth;

/// <summary>What browsers are told about pages of other servers.</summary>
public sealed class CrossOriginTests
{
    private const string Origin = "https://app.example", Allowed = "Access-Control-Allow-Origin";
    private const string KeyHash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"; // of "test", by sha256sum

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/classify", "POST")]
    [InlineData("/match", "POST")]
    [InlineData("/models", "GET")]
    [InlineData("/models/tiny", "GET")]
    public async Task A_browser_that_asks_beforehand_is_told_yes_with_keys_or_without(string path, string method)
    {
        foreach (bool hasKeys in (bool[])[false, true])
        {
            using TestService service = Service(hasKeys);
            using HttpClient client = service.CreateClient();
            using HttpRequestMessage request = Request(HttpMethod.Options, path);
            request.Headers.Add("Access-Control-Request-Method", method);
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-api-key");

            using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            Assert.Equal(Origin, Header(response, Allowed));
            Assert.Contains(method, Header(response, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
            Assert.Contains("authorization", Header(response, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/models", HttpStatusCode.OK)]
    [InlineData("/models/nothing", HttpStatusCode.NotFound)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    [InlineData("/classify", HttpStatusCode.MethodNotAllowed)]
    public async Task Answers_and_errors_can_be_read_by_the_page(string path, HttpStatusCode status)
    {
        using TestService service = Service(hasKeys: false);
        using HttpClient client = service.CreateClient();

        using HttpResponseMessage response = await client.SendAsync(Request(HttpMethod.Get, path), Cancellation);

        Assert.Equal((status, Origin), (response.StatusCode, Header(response, Allowed)));
    }

    [Fact]
    public async Task A_refused_key_can_be_read_by_the_page()
    {
        using TestService service = Service(hasKeys: true);
        using HttpClient client = service.CreateClient();

        using HttpResponseMessage response = await client.SendAsync(Request(HttpMethod.Get, "/models"), Cancellation);

        Assert.Equal((HttpStatusCode.Unauthorized, Origin), (response.StatusCode, Header(response, Allowed)));
        Assert.Contains("Retry-After", Header(response, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_of_events_can_be_read_by_the_page()
    {
        using TestService service = Service(hasKeys: true);
        using HttpClient client = service.CreateClient();
        using HttpRequestMessage request = Request(HttpMethod.Post, "/classify");
        request.Headers.Add("Accept", "text/event-stream");
        request.Headers.Add("X-API-Key", "test");
        request.Content = TestService.Form(("trials", "2"));

        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Origin, Header(response, Allowed));
    }

    [Fact]
    public async Task Pages_of_other_origins_and_servers_without_the_setting_are_told_nothing()
    {
        foreach (string origin in (string[])["https://other.example", ""])
        {
            using TestService service = origin.Length > 0 ? new(("Cors:Origins:0", origin)) : new();
            using HttpClient client = service.CreateClient();

            using HttpResponseMessage response = await client.SendAsync(Request(HttpMethod.Get, "/models"), Cancellation);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.False(response.Headers.Contains(Allowed));
        }
    }

    [Fact]
    public async Task A_star_lets_every_page_in()
    {
        using TestService service = new(("Cors:Origins:0", "*"));
        using HttpClient client = service.CreateClient();

        using HttpResponseMessage response = await client.SendAsync(Request(HttpMethod.Get, "/models"), Cancellation);

        Assert.Equal("*", Header(response, Allowed));
    }

    [Theory]
    [InlineData("Cors:Origins:0", "https://app.example/")]
    [InlineData("Cors:Origins:0", "https://app.example/page")]
    [InlineData("Cors:Origins:0", "app.example")]
    [InlineData("Cors:Origins:0", "https://*.example")]
    [InlineData("Cors:Origins:0", "https://app.example:port")]
    [InlineData("Cors:Origins", "https://app.example")]
    public void What_is_no_origin_is_said_in_one_line(string key, string value)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Read((key, value)));

        Assert.Contains($"'{value}'", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Theory]
    [InlineData("https://app.example")]
    [InlineData("http://localhost:3000")]
    [InlineData("http://[::1]:3000")]
    [InlineData("chrome-extension://abcdefgh")]
    [InlineData("*")]
    public void An_origin_is_read(string origin) => Assert.Equal([origin], Read(("Cors:Origins:0", origin)).Origins);

    private static CrossOriginOptions Read((string Key, string Value) setting)
    {
        IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(setting.Key, (string?)setting.Value)]).Build();
        using ServiceProvider services = new ServiceCollection().AddLogging().AddSingleton(settings).AddCrossOrigin().BuildServiceProvider();
        return services.GetRequiredService<IOptions<CrossOriginOptions>>().Value;
    }

    private static TestService Service(bool hasKeys) => hasKeys
        ? new(("Cors:Origins:0", Origin), ("ApiKeys:0:Name", "ada"), ("ApiKeys:0:Sha256", KeyHash))
        : new(("Cors:Origins:0", Origin));

    private static HttpRequestMessage Request(HttpMethod method, string path) => new(method, path) { Headers = { { "Origin", Origin } } };

    private static string Header(HttpResponseMessage response, string name) => string.Join(',', response.Headers.GetValues(name));
}
