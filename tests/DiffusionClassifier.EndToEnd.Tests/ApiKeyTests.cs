using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Keys as an operator makes them, and what a stranger can send.</summary>
public sealed class ApiKeyTests
{
    private const int Patience = 120_000; // ms: a hang, not a measurement

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task A_key_made_with_the_commands_of_the_readme_opens_the_server()
    {
        (_, string output) = await Shell.RunAsync("KEY=$(openssl rand -hex 32); echo $KEY; printf %s \"$KEY\" | sha256sum", Cancellation);
        string[] words = output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        await using ServiceProcess service = await ServiceProcess.StartAsync([("ApiKeys__0__Name", "ada"), ("ApiKeys__0__Sha256", words[1])]);

        HttpResponseMessage stranger = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png"), Cancellation);
        (_, string ada) = await Shell.RunAsync(
            $"curl -s -o /dev/null -w '%{{http_code}}' -H 'Authorization: Bearer {words[0]}' -F image=@{DiffusionClassifier.Testing.Repository.Sample("ship.png")} -F trials=1 {service.Client.BaseAddress}classify", Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal("200", ada);
        string printed = (await service.LineAsync("curl")).Replace("KEY", words[0], StringComparison.Ordinal);
        Assert.Contains("\"prediction\":\"ship\"", (await Shell.RunAsync(printed.Trim(), Cancellation)).Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_strangers_body_is_not_waited_for()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync("--ApiKeys:0:Name", "ada", "--ApiKeys:0:Sha256", new string('a', 64));

        string asked = await SendHeadAsync(service, "Content-Length: 60000000\r\nExpect: 100-continue"), notAsked = await SendHeadAsync(service, "Content-Length: 60000000"),
            tooLarge = await SendHeadAsync(service, "Content-Length: 60000000000"), endless = await SendHeadAsync(service, "Transfer-Encoding: chunked");

        Assert.All((string[])[asked, notAsked, tooLarge, endless], answer => Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal)); // and not "100 Continue"
    }

    [Fact]
    public async Task A_hash_that_is_none_ends_the_server_with_one_line()
    {
        (int exitCode, string output) = await ServiceProcess.RunAsync("--ApiKeys:0:Name", "ada", "--ApiKeys:0:Sha256", "the-key-itself");

        Assert.Equal(2, exitCode);
        Assert.Contains("ApiKeys:0 ('ada'): sha256 must be", output, StringComparison.Ordinal);
        Assert.DoesNotContain("the-key-itself", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    // The head of a request whose body never comes; returns what the server says to that.
    private static async Task<string> SendHeadAsync(ServiceProcess service, string framing)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, service.Client.BaseAddress!.Port, Cancellation);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /classify HTTP/1.1\r\nHost: x\r\nX-API-Key: wrong\r\nContent-Type: multipart/form-data; boundary=xx\r\n{framing}\r\n\r\n"), Cancellation);
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, Cancellation));
    }
}
