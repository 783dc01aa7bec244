using System.Net;
using System.Text;
using System.Text.Json;

namespace DiffusionClassifier.Client.Tests;

/// <summary>A server as the client sees it: answers each request with the next of what it was given, and remembers the requests.</summary>
internal sealed class FakeServer : HttpMessageHandler
{
    private readonly Queue<Func<HttpResponseMessage>> _answers = new();

    public List<Received> Requests { get; } = [];

    /// <summary>What every request is answered with once the others are used up.</summary>
    public Func<Received, HttpResponseMessage>? Otherwise { get; init; }

    public FakeServer Answer(Func<HttpResponseMessage> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public FakeServer Answer(object body, HttpStatusCode status = HttpStatusCode.OK) =>
        Answer(() => Response(status, "application/json", JsonSerializer.Serialize(body, AnswerJson.Options)));

    public FakeServer Refuse(HttpStatusCode status, string code, int? retryAfter = null) => Answer(() =>
    {
        HttpResponseMessage response = Response(
            status, "application/problem+json", $$"""{"status":{{(int)status}},"code":"{{code}}","detail":"What to do.","field":"labels","traceId":"abc"}""");
        if (retryAfter is { } seconds)
            response.Headers.Add("Retry-After", $"{seconds}");
        return response;
    });

    /// <summary>A stream that ends after this text, properly or because the connection is lost.</summary>
    public FakeServer Stream(string type, string text, bool isLost = false) => Answer(() => new HttpResponseMessage
    {
        Content = new StreamContent(isLost ? new LostStream(text) : new MemoryStream(Encoding.UTF8.GetBytes(text))) { Headers = { ContentType = new(type) } },
    });

    public FakeServer Lose(HttpRequestError error = HttpRequestError.ConnectionError) => Answer(() => throw new HttpRequestException(error, "It is gone."));

    public static HttpResponseMessage Response(HttpStatusCode status, string type, string text) =>
        new(status) { Content = new StringContent(text, new System.Net.Http.Headers.MediaTypeHeaderValue(type)) };

    public ClassifierClient Client(Action<ClassifierClientOptions>? configure = null)
    {
        var options = new ClassifierClientOptions { TimeProvider = new HastyTime() };
        configure?.Invoke(options);
        return new ClassifierClient(new HttpClient(this) { BaseAddress = new Uri("http://server/vision") }, options);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var received = new Received(
            request.Method, request.RequestUri!, request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value)), body);
        Requests.Add(received);
        HttpResponseMessage response = _answers.TryDequeue(out Func<HttpResponseMessage>? answer)
            ? answer()
            : Otherwise?.Invoke(received) ?? throw new InvalidOperationException($"Nothing was prepared for {request.Method} {request.RequestUri}.");
        response.RequestMessage = request;
        return response;
    }

    /// <summary>A request as it arrived.</summary>
    internal sealed record Received(HttpMethod Method, Uri Address, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public string? Header(string name) => Headers.GetValueOrDefault(name);
    }

    // Ends with an error in place of its end.
    private sealed class LostStream(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new IOException("The connection was lost.");
    }
}
