using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>What only a real socket can do: bodies that come slowly, are cut, or are far too large, and requests that are no HTTP.</summary>
public sealed class BadConnectionTests(BadConnectionTests.ImpatientService fixture) : IClassFixture<BadConnectionTests.ImpatientService>
{
    private const int Huge = 200 << 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ServiceProcess Service => fixture.Service;

    [Fact]
    public async Task A_body_that_trickles_is_a_408_that_says_what_to_do()
    {
        using Socket socket = await ConnectAsync();
        await SendAsync(socket, Head("multipart/form-data; boundary=xx", "Content-Length: 1000") + "--xx");

        string answer = await AnswerAsync(socket);

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"request_timeout\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_comes_steadily_but_for_too_long_is_a_408()
    {
        await using ServiceProcess patient = await ServiceProcess.StartAsync("--Uploads:SlowStart", "00:10:00", "--Uploads:Timeout", "00:00:02");
        using Socket socket = await ConnectAsync(patient);
        await SendAsync(socket, Head("multipart/form-data; boundary=xx", "Content-Length: 1000") + "--xx");

        string answer = await AnswerAsync(socket);

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("2 seconds", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_cut_leaves_the_server_alive()
    {
        using (Socket socket = await ConnectAsync())
            await SendAsync(socket, Head("multipart/form-data; boundary=xx", "Content-Length: 1000") + "--xx");

        HttpResponseMessage response = await Service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "1")), Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=xx", false, "body_too_large")]
    [InlineData("multipart/form-data; boundary=xx", true, "image_too_large")]
    [InlineData("application/json", false, "body_too_large")]
    [InlineData("application/json", true, "body_too_large")]
    public async Task A_body_of_200_MB_is_refused_and_costs_no_more_memory_than_one_upload_may(string type, bool chunked, string code)
    {
        const int AnUpload = 150; // MiB: the body limit of /classify, 93, and room for what else goes on; less than the body has
        using Socket socket = await ConnectAsync();
        double before = Memory("VmRSS");

        await SendAsync(socket, Head(type, chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {Huge}"));
        string begin = type == "application/json" ? "{\"image\":\"" : "--xx\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n";
        await SendManyAsync(socket, begin, chunked);
        string answer = await AnswerAsync(socket);

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
        Assert.InRange(Memory("VmHWM"), 0, Math.Max(before, fixture.MemoryAtStart) + AnUpload);
    }

    /// <summary>Kestrel answers these before any code of ours runs: a status without a body, and a closed connection.</summary>
    [Theory]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)] // no Host
    [InlineData("GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505)]
    [InlineData("long address", 414)]
    [InlineData("long header", 431)]
    public async Task A_request_that_is_no_HTTP_gets_a_bare_status(string request, int status)
    {
        string filler = new('x', 40_000);
        using Socket socket = await ConnectAsync();
        await SendAsync(socket, request switch
        {
            "long address" => $"GET /{filler} HTTP/1.1\r\nHost: x\r\n\r\n",
            "long header" => $"GET / HTTP/1.1\r\nHost: x\r\nX: {filler}\r\n\r\n",
            _ => request,
        });

        string answer = await AnswerAsync(socket);

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    private static string Head(string type, string framing) =>
        $"POST /classify HTTP/1.1\r\nHost: x\r\nContent-Type: {type}\r\n{framing}\r\nConnection: close\r\n\r\n";

    private async Task<Socket> ConnectAsync(ServiceProcess? service = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, (service ?? Service).Client.BaseAddress!.Port, Cancellation);
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), Cancellation);

    // The server may answer and close at any moment: then sending fails, and the answer is what counts.
    private static async Task SendManyAsync(Socket socket, string begin, bool chunked)
    {
        byte[] piece = [.. Enumerable.Repeat((byte)'A', 1 << 20)];
        try
        {
            for (int sent = 0; sent < Huge; sent += piece.Length)
            {
                byte[] data = sent == 0 ? [.. Encoding.ASCII.GetBytes(begin), .. piece] : piece;
                if (chunked)
                    await SendAsync(socket, data.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
                for (ReadOnlyMemory<byte> left = data; !left.IsEmpty;)
                    left = left[await socket.SendAsync(left, Cancellation)..];
                if (chunked)
                    await SendAsync(socket, "\r\n");
            }
        }
        catch (SocketException)
        {
        }
    }

    private static async Task<string> AnswerAsync(Socket socket)
    {
        var answer = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, Cancellation) is > 0 and var count)
                answer.Write(buffer, 0, count);
        }
        catch (SocketException) // reset after the answer
        {
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private double Memory(string field) => fixture.Memory(field);

    /// <summary>A server that waits two seconds for a slow body.</summary>
    public sealed class ImpatientService : IAsyncLifetime
    {
        private ServiceProcess? _service;

        public ServiceProcess Service => _service ?? throw new InvalidOperationException("The service has not been started.");

        public double MemoryAtStart { get; private set; }

        public async ValueTask InitializeAsync()
        {
            _service = await ServiceProcess.StartAsync("--Uploads:SlowStart", "00:00:02");
            MemoryAtStart = Memory("VmHWM");
        }

        /// <summary>MiB of the process, as Linux counts them.</summary>
        public double Memory(string field)
        {
            string line = File.ReadLines($"/proc/{Service.Id}/status").Single(line => line.StartsWith(field, StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture) / 1024;
        }

        public async ValueTask DisposeAsync()
        {
            if (_service is not null)
                await _service.DisposeAsync();
        }
    }
}
