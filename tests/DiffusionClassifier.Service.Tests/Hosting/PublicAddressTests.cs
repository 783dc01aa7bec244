using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Service.Hosting;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Tests.Hosting;

/// <summary>The service behind a proxy that shows it under a path: whatever it says of its own address stays inside.</summary>
public sealed class PublicAddressTests
{
    private const string Prefix = "X-Forwarded-Prefix";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/vision")] // the proxy passes the path on
    [InlineData("")] // it takes it off
    public async Task Under_a_path_base_everything_stays_inside(string sent)
    {
        using TestService service = new(("PathBase", "/vision"));
        using HttpClient client = Client(service);

        using HttpResponseMessage root = await client.GetAsync($"{sent}/", Cancellation);
        using HttpResponseMessage answer = await client.PostAsync($"{sent}/classify", TestService.Form(), Cancellation);

        Assert.Equal(HttpStatusCode.OK, root.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("/vision", await ServerAsync(client, $"{sent}/swagger/v1/swagger.json"));
    }

    [Fact]
    public async Task Under_a_path_base_its_bare_path_leads_to_the_root_whose_addresses_are_relative()
    {
        using TestService service = new(("PathBase", "/vision/"));
        using HttpClient client = Client(service);

        Assert.Equal("/vision/?a=b", (await client.GetAsync("/vision?a=b", Cancellation)).Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/visions/models", Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("10.0.0.7", "/vision")]
    [InlineData("10.0.0.0/8", "/vision")]
    [InlineData("10.0.0.8", "")]
    [InlineData("192.168.0.0/16", "")]
    public async Task The_prefix_of_a_known_proxy_is_believed_and_nobody_elses(string known, string inside)
    {
        using TestService service = Behind("10.0.0.7", ("Proxies:Known:0", known));
        using HttpClient client = Client(service);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.5");
        client.DefaultRequestHeaders.Add(Prefix, "/vision");

        Assert.Equal(inside, await ServerAsync(client, "/swagger/v1/swagger.json"));
    }

    [Theory]
    [InlineData("/vision/", "/vision")]
    [InlineData("/", "")]
    [InlineData("//evil.example", "/evil.example")]
    public async Task Slashes_too_many_in_a_prefix_are_none(string prefix, string inside)
    {
        using TestService service = Behind("10.0.0.7", ("Proxies:Known:0", "10.0.0.7"));
        using HttpClient client = Client(service);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.5");
        client.DefaultRequestHeaders.Add(Prefix, prefix);

        Assert.Equal(inside, await ServerAsync(client, "/swagger/v1/swagger.json"));
    }

    [Fact]
    public async Task A_stranger_who_forges_every_header_changes_nothing()
    {
        using TestService service = Behind("198.51.100.9", ("Proxies:Known:0", "10.0.0.0/8"), ("PathBase", "/vision"));
        using HttpClient client = Client(service);
        client.DefaultRequestHeaders.Add(Prefix, "/forged");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        Assert.Equal("/vision", await ServerAsync(client, "/swagger/v1/swagger.json"));
    }

    [Fact]
    public async Task Without_settings_no_header_is_believed()
    {
        using TestService service = Behind("127.0.0.1");
        using HttpClient client = Client(service);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.5");
        client.DefaultRequestHeaders.Add(Prefix, "/vision");

        Assert.Equal("", await ServerAsync(client, "/swagger/v1/swagger.json"));
    }

    [Theory]
    [InlineData("PathBase", "vision")]
    [InlineData("PathBase", "//vision")]
    [InlineData("Proxies:Known:0", "proxy.example")]
    [InlineData("Proxies:Known:0", "10.0.0.0/99")]
    [InlineData("Proxies:Known", "10.0.0.7")]
    public void A_setting_that_is_wrong_is_said_in_one_line(string key, string value)
    {
        IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]).Build();
        using ServiceProvider services = new ServiceCollection().AddSingleton(settings).AddPublicAddress().BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<AddressOptions>>().Value);

        Assert.Contains($"'{value}'", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    // A test server has no connections: this is where they come from.
    private static TestService Behind(string proxy, params (string Key, string Value)[] settings) =>
        new(settings) { ConfigureMore = services => services.AddSingleton<IStartupFilter>(new FromAddress(IPAddress.Parse(proxy))) };

    private static HttpClient Client(TestService service) => service.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    // "" where the document names no server: its own.
    private static async Task<string> ServerAsync(HttpClient client, string document)
    {
        JsonElement root = await client.GetFromJsonAsync<JsonElement>(document, Cancellation);
        return root.TryGetProperty("servers", out JsonElement servers) && servers.GetArrayLength() > 0 ? servers[0].GetProperty("url").GetString()! : "";
    }

    private sealed class FromAddress(IPAddress address) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Connection.RemoteIpAddress = address;
                return rest(context);
            });
            next(app);
        };
    }
}
