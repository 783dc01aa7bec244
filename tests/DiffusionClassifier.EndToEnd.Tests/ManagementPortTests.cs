using System.Net;
using System.Net.Sockets;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Health and metrics on a port of their own.</summary>
public sealed class ManagementPortTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--urls", "http://127.0.0.1:0")]
    [InlineData("--Kestrel:Endpoints:Public:Url", "http://127.0.0.1:0")]
    public async Task Each_port_answers_what_is_its_own_whatever_a_client_says_of_the_host(string setting, string address)
    {
        int port = FreePort();
        await using ServiceProcess service = await ServiceProcess.StartAsync("--Management:Port", $"{port}", setting, address);
        var (main, own) = Ports(service, port);

        foreach (string path in (string[])["/metrics", "/health", "/health/live", "/health/ready"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(main, path)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(main, path, host: own.Authority)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(own, path)).StatusCode);
        }

        foreach (string path in (string[])["/", "/page/app.js", "/models", "/swagger/index.html", "/swagger/v1/swagger.json"])
        {
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(main, path)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(own, path)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(own, path, host: main.Authority)).StatusCode);
        }

        Assert.DoesNotContain("/metrics", await (await GetAsync(main, "/swagger/v1/swagger.json")).Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains(main.Authority, await service.LineAsync("curl"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_the_servers_own_ends_it_with_one_line()
    {
        (int exitCode, string output) = await ServiceProcess.RunAsync("--urls", "http://127.0.0.1:5999", "--Management:Port", "5999");

        Assert.Equal(2, exitCode);
        Assert.Contains("Management:Port is 5999, which is the port of the server: choose another.", output, StringComparison.Ordinal);
    }

    private static (Uri Main, Uri Own) Ports(ServiceProcess service, int port)
    {
        int main = service.Output.Split("Now listening on: ").Skip(1).Select(line => new Uri(line.Split('\n')[0].Trim('"', ' ', '\r')).Port).Single(other => other != port);
        return (new Uri($"http://127.0.0.1:{main}"), new Uri($"http://127.0.0.1:{port}"));
    }

    private static async Task<HttpResponseMessage> GetAsync(Uri address, string path, string? host = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        request.Headers.Host = host;
        return await client.SendAsync(request, Cancellation);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
