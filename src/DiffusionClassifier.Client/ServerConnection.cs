using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Polly;

namespace DiffusionClassifier.Client;

/// <summary>Sends requests, again where that is worth it, and reads streams on where they broke. Thread-safe.</summary>
internal sealed class ServerConnection
{
    private const int LargestPage = 100;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5); // doubled each time, where the server does not say how long

    private readonly HttpClient _http;
    private readonly ClassifierClientOptions _options;
    private readonly Uri _address;
    private readonly ResiliencePipeline<HttpResponseMessage> _retries;

    public ServerConnection(HttpClient http, ClassifierClientOptions options)
    {
        _http = http;
        _options = options;
        Uri address = options.Address ?? http.BaseAddress
            ?? throw new ArgumentException("The server's address is missing: set the HttpClient's BaseAddress, or the options' Address.");
        _address = new Uri(address.AbsoluteUri.TrimEnd('/') + '/'); // a path of its own stays
        _retries = Retries.Create(options, FirstWait);
    }

    /// <summary>What to throw where a stream ends before its end.</summary>
    public static IOException Ended() => new("The stream ended before its last item: the server has stopped, or the connection was lost.");

    /// <summary>What to throw where what came is not the service's.</summary>
    public static ClassifierException Unexpected(Exception? cause) => new(
        ClassifierException.UnexpectedAnswer, "What came is not an answer of this service: check the address, and its version.", cause);

    public static T Parse<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, AnswerJson.Options) ?? throw Unexpected(null);
        }
        catch (JsonException exception)
        {
            throw Unexpected(exception);
        }
    }

    public Task<T> GetAsync<T>(string address, CancellationToken cancellationToken) =>
        AnswerAsync<T>(() => new HttpRequestMessage(HttpMethod.Get, address), cancellationToken);

    public Task<T> DeleteAsync<T>(string address, CancellationToken cancellationToken) =>
        AnswerAsync<T>(() => new HttpRequestMessage(HttpMethod.Delete, address), cancellationToken);

    public Task<T> PostAsync<T>(string address, Func<HttpContent> content, CancellationToken cancellationToken, string? key = null) =>
        AnswerAsync<T>(Post(address, content, key), cancellationToken);

    /// <summary>A request that may be sent several times and counts as one.</summary>
    public static Func<HttpRequestMessage> Post(string address, Func<HttpContent> content, string? key = null)
    {
        key ??= Guid.NewGuid().ToString("N");
        return () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content() };
            request.Headers.Add("Idempotency-Key", key);
            // A body of any length should not be sent to a server that refuses it by its headers.
            request.Headers.ExpectContinue = request.Content is BatchContent or MultipartFormDataContent ? true : null;
            return request;
        };
    }

    /// <summary>The server-sent events that a request is answered with.</summary>
    public async IAsyncEnumerable<SseItem<string>> EventsAsync(
        Func<HttpRequestMessage> create, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await OpenAsync(create, "text/event-stream", cancellationToken);
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (SseItem<string> item in SseParser.Create(body).EnumerateAsync(cancellationToken))
            yield return item;
    }

    /// <summary>The lines that a request is answered with.</summary>
    public async IAsyncEnumerable<string> LinesAsync(
        Func<HttpRequestMessage> create, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await OpenAsync(create, "application/x-ndjson", cancellationToken);
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await body.ReadLineAsync(cancellationToken) is { } line)
            yield return line;
    }

    /// <summary>The items of all pages of a list.</summary>
    public async IAsyncEnumerable<TItem> PagesAsync<TPage, TItem>(
        string address, Func<TPage, (IReadOnlyList<TItem> Items, string? Next)> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            string before = next is null ? "" : $"&before={Uri.EscapeDataString(next)}";
            (IReadOnlyList<TItem> items, next) =
                read(await GetAsync<TPage>($"{address}?limit={LargestPage}{before}", cancellationToken));
            foreach (TItem item in items)
                yield return item;
        }
        while (next is not null);
    }

    /// <summary>Reads a stream, and opens it again where it breaks before its end.</summary>
    /// <param name="open">Opens it; ends by itself only where the stream has come to its end, and knows what has been seen.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<T> ReadOnAsync<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int failures = 0; ; failures++)
        {
            await using IAsyncEnumerator<T> each = open(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await MoveAsync(each, failures) is { } isThere)
            {
                if (!isThere)
                    yield break;
                failures = 0; // in a row
                yield return each.Current;
            }

            await Task.Delay(FirstWait * Math.Pow(2, failures), _options.TimeProvider, cancellationToken);
        }
    }

    // Null: the stream broke, and may be opened again.
    private async ValueTask<bool?> MoveAsync<T>(IAsyncEnumerator<T> each, int failures)
    {
        try
        {
            return await each.MoveNextAsync();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return failures < _options.Retries
                ? null
                : throw new ClassifierException(
                    ClassifierException.Unreachable, $"The connection to {_address} was lost: {exception.Message}", exception);
        }
    }

    private async Task<T> AnswerAsync<T>(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(create, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return Parse<T>(await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private Task<HttpResponseMessage> OpenAsync(Func<HttpRequestMessage> create, string type, CancellationToken cancellationToken) =>
        SendAsync(
            () =>
            {
                HttpRequestMessage request = create();
                request.Headers.Accept.ParseAdd(type);
                return request;
            },
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> create, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _retries.ExecuteAsync(
                async cancellation => await SendOnceAsync(create, completion, cancellation), cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new ClassifierException(
                ClassifierException.Unreachable, $"{_address} cannot be reached: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClassifierException(
                ClassifierException.Timeout, $"{_address} did not answer in time: {exception.Message}", exception);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await ServerProblem.ReadAsync(response, _options.TimeProvider, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        Func<HttpRequestMessage> create, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = create();
        request.RequestUri = new Uri(_address, request.RequestUri!);
        if (_options.ApiKey is { } key)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await _http.SendAsync(request, completion, cancellationToken);
    }
}
