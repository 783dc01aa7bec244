using System.Net;

namespace DiffusionClassifier.Service.Tests.Api;

/// <summary>What clients of other servers try first.</summary>
public sealed class AliasTests(TestService service) : IClassFixture<TestService>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/models", "/models")]
    [InlineData("/v1/models/tiny", "/models/tiny")]
    [InlineData("/health", "/health/ready")]
    [InlineData("/openapi.json", "/swagger/v1/swagger.json")]
    public async Task An_alias_answers_as_the_address_that_it_stands_for(string alias, string address)
    {
        using HttpClient client = service.CreateClient();
        await client.PostAsync("/classify", TestService.Form(), Cancellation); // ready from then on

        Assert.Equal(await client.GetStringAsync(address, Cancellation), await client.GetStringAsync(alias, Cancellation));
    }

    [Fact]
    public async Task Requests_may_name_the_version()
    {
        using HttpClient client = service.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/v1/classify", TestService.Form(), Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("/v1/metrics")] // a proxy hides the one address that it knows
    [InlineData("/v1")]
    [InlineData("/v2/models")]
    [InlineData("/v1/modelsAndMore")]
    public async Task Other_addresses_have_none(string address)
    {
        using HttpClient client = service.CreateClient();

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(address, Cancellation)).StatusCode);
    }

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/V1/models")]
    public async Task An_alias_asks_for_the_same_key(string address)
    {
        using TestService closed = new(("ApiKeys:0:Name", "ada"), ("ApiKeys:0:Sha256", new string('a', 64)));
        using HttpClient client = closed.CreateClient();

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(address, Cancellation)).StatusCode);
    }
}
