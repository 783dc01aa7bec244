using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.EndToEnd.Tests.Fuzzing;

/// <summary>
/// Requests over sockets of their own to a service process of its own: every answer is one that is documented, a refusal says why, and
/// between them a good request is answered.
/// </summary>
internal sealed class RequestTarget : FuzzTarget
{
    private const int GoodEvery = 50;
    private const int Overloaded = 503, DeadlineExceeded = 504, HttpVersionNotSupported = 505; // the last: the web server's right answer to "HTTP/9.1"

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10); // for an answer, of a service that is busy with few rows

    private readonly ServiceProcess _service;
    private int _requests;

    private RequestTarget(ServiceProcess service) => _service = service;

    public override string Name => "requests";

    public override int WarmUp => 300;

    public override int ProcessId => _service.Id;

    /// <summary>Starts the service. A request may cost few rows there, so that those that are valid by chance are answered soon.</summary>
    public static async Task<FuzzTarget> StartAsync() => new RequestTarget(await ServiceProcess.StartAsync("--Engine:MaxRowsPerRequest", "100"));

    public override FuzzInput Make(Random random) => RequestMaker.Make(random);

    public override async Task<string> CheckAsync(byte[] input, CancellationToken cancellationToken)
    {
        string answer = await SendAsync(input, cancellationToken);
        if (_requests++ % GoodEvery == 0)
            Assert.StartsWith("HTTP/1.1 200 ", await SendAsync(RequestMaker.Good(), cancellationToken), StringComparison.Ordinal);
        return Check(answer);
    }

    public override async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await base.DisposeAsync();
    }

    private static string Check(string answer)
    {
        if (answer.Length == 0)
            return "no answer"; // what is not HTTP may be hung up on
        Assert.Matches("^HTTP/1.1 [1-5][0-9][0-9]", answer);
        string status = answer["HTTP/1.1 ".Length..][..3];
        int code = int.Parse(status, CultureInfo.InvariantCulture);
        Assert.True(code is < 500 or Overloaded or DeadlineExceeded or HttpVersionNotSupported, answer);
        (string head, string body) = Split(answer);
        if (code < 400 || !head.Contains("problem+json", StringComparison.OrdinalIgnoreCase) || body.Length == 0)
            return status; // Kestrel's own refusals of what is not HTTP, and HEAD, have no body
        JsonElement problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal(code, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        return $"{status} {problem.GetProperty("code").GetString()}";
    }

    private static (string Head, string Body) Split(string answer)
    {
        int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string body = answer[(end + 4)..];
        int begin = body.IndexOf('{', StringComparison.Ordinal), last = body.LastIndexOf('}'); // without the lengths of chunks
        return (answer[..end], begin < 0 ? "" : body[begin..(last + 1)]);
    }

    /// <summary>Everything that comes back until the service closes the connection.</summary>
    private async Task<string> SendAsync(byte[] request, CancellationToken cancellationToken)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", _service.Client.BaseAddress!.Port, cancellationToken);
        using MemoryStream answer = new();
        try
        {
            await socket.SendAsync(request, cancellationToken);
            await using NetworkStream stream = new(socket);
            Task reading = stream.CopyToAsync(answer, cancellationToken);
            // The service takes the end of what is sent for a client that goes away, and would be right to wait for the rest of a body.
            if (IsWhole(request))
                await Task.WhenAny(reading, Task.Delay(Patience, cancellationToken));
            socket.Shutdown(SocketShutdown.Send);
            await reading;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            // The service has hung up on what it did not want to read to the end; what it said before that counts.
        }

        return Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
    }

    /// <summary>Whether the body is as long as the request says.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> request)
    {
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        int field = request.IndexOf(name), end = request.IndexOf("\r\n\r\n"u8);
        return field >= 0 && end > field && Utf8Parser.TryParse(request[(field + name.Length)..], out long length, out _) && length <= request.Length - (end + 4);
    }
}
