using System.Net;
using System.Net.Sockets;
using System.Text;
using DiffusionClassifier.Service.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Service.Tests.Hosting;

/// <summary>The real web server and real connections.</summary>
public sealed class ListeningSocketsTests
{
    private const string Answered = "answered", Refused = "refused";

    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_was_connected_when_the_server_began_to_stop_can_still_ask()
    {
        var sockets = new ListeningSockets(TimeProvider.System);
        await using WebApplication app = await StartAsync(sockets);
        int port = new Uri(app.Urls.Single()).Port;
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);

        Task stopped = StopAsync(sockets, app);
        await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation); // an idle connection is closed at once otherwise
        string answer = await AskAsync(client);
        await stopped;

        Assert.Equal((Answered, Refused), (answer, await AskAsync(port)));
    }

    [Fact]
    public async Task A_client_that_connects_and_asks_nothing_delays_the_end_for_a_moment_only()
    {
        var sockets = new ListeningSockets(TimeProvider.System);
        await using WebApplication app = await StartAsync(sockets);
        int port = new Uri(app.Urls.Single()).Port;
        using var silent = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, port, Cancellation);

        await sockets.CloseAsync(Cancellation);

        Assert.Equal(Refused, await AskAsync(port));
    }

    private static async Task<WebApplication> StartAsync(ListeningSockets sockets)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = sockets.Bind);
        builder.Services.Configure<KestrelServerOptions>(
            kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Use(sockets.Count)));
        WebApplication app = builder.Build();
        app.Use(ListeningSockets.OnRequest);
        app.MapGet("/", () => Answered);
        await app.StartAsync(Cancellation);
        return app;
    }

    // As the service does.
    private static async Task StopAsync(ListeningSockets sockets, WebApplication app)
    {
        await sockets.CloseAsync(Cancellation);
        await app.StopAsync(Cancellation);
    }

    // As a proxy asks: a connection for each request.
    private static async Task<string> AskAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return Refused;
        }

        return await AskAsync(socket);
    }

    private static async Task<string> AskAsync(Socket socket)
    {
        try
        {
            await socket.SendAsync(Request, Cancellation);
            using var reader = new StreamReader(new NetworkStream(socket));
            string response = await reader.ReadToEndAsync(Cancellation);
            return response.Contains(Answered, StringComparison.Ordinal) ? Answered : $"neither: '{response}'";
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return exception.Message;
        }
    }
}
