using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

/// <summary>The same as a part of a larger site: nothing leads out of it.</summary>
public sealed class LoadBalancerUnderAPrefixTests(ReplicasUnderAPrefix set) : LoadBalancerTests(set), IClassFixture<ReplicasUnderAPrefix>
{
    [Theory]
    [InlineData("/vision", "/vision/", "page/app.js")]
    [InlineData("/vision/", "/vision/", "page/app.js")]
    [InlineData("/vision/swagger", "/vision/swagger/index.html", "swagger-ui")]
    public async Task Redirects_end_inside(string address, string end, string content)
    {
        HttpResponseMessage page = await Client.GetAsync(address, Cancellation);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(end, page.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal(Client.BaseAddress!.Authority, page.RequestMessage.RequestUri.Authority);
        Assert.Contains(content, await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/forged")]
    public async Task What_Swagger_UI_tries_is_inside_whatever_a_client_says_of_prefixes(string? forged)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "swagger/v1/swagger.json");
        if (forged is not null)
            request.Headers.Add("X-Forwarded-Prefix", forged);

        HttpResponseMessage response = await Client.SendAsync(request, Cancellation);

        JsonElement document = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        string server = document.GetProperty("servers")[0].GetProperty("url").GetString()!;
        Assert.Equal("/vision", server);
        Assert.Equal(HttpStatusCode.OK, (await Client.PostAsync($"{server}/classify", ServiceProcess.Form("ship.png", ("trials", "1")), Cancellation)).StatusCode);
    }

    [Fact]
    public async Task What_is_outside_is_not_the_service() =>
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync("/models", Cancellation)).StatusCode);
}
