using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace DiffusionClassifier.Client;

/// <summary>
/// Classifies images on a server. What did not arrive, or what the server could not take then, is sent again when the server says; each
/// request has an Idempotency-Key, so that none is worked on twice. Thread-safe: keep one for the life of the program.
/// </summary>
public sealed class ClassifierClient
{
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5); // so that a new address of the server's is noticed

    private readonly ServerConnection _server;

    /// <param name="http">
    /// Sends the requests. Its Timeout is the limit of a whole answer, which may take minutes: Timeout.InfiniteTimeSpan, and a
    /// CancellationToken where there is a limit, suit better than its 100 seconds.
    /// </param>
    /// <param name="options">How to reach the server; null: at the HttpClient's BaseAddress, without a key.</param>
    public ClassifierClient(HttpClient http, ClassifierClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        _server = new ServerConnection(http, options ?? new ClassifierClientOptions());
        Jobs = new JobsClient(_server);
        Batches = new BatchesClient(_server);
    }

    /// <summary>Requests that outlive a restart of the server.</summary>
    public JobsClient Jobs { get; }

    /// <summary>Many requests at once.</summary>
    public BatchesClient Batches { get; }

    /// <summary>A client with connections of its own.</summary>
    /// <param name="address">The server's address, such as <c>http://localhost:5080</c>.</param>
    /// <param name="apiKey">The API key, or a token of the identity provider; null: the server needs none.</param>
    public static ClassifierClient Connect(Uri address, string? apiKey = null) =>
        Connect(new ClassifierClientOptions { Address = address, ApiKey = apiKey });

    /// <summary>A client with connections of its own.</summary>
    /// <param name="options">How to reach the server; the address must be set.</param>
    public static ClassifierClient Connect(ClassifierClientOptions options) => new(
        new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = ConnectionLife }) { Timeout = Timeout.InfiniteTimeSpan },
        options);

    /// <summary>Classifies an image.</summary>
    /// <exception cref="ClassifierException">The server refused it, or cannot be reached.</exception>
    public Task<ClassificationResult> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken = default) =>
        _server.PostAsync<ClassificationResult>("classify", RequestJson.Content(request), cancellationToken);

    /// <summary>
    /// Classifies an image, and tells how it is going: the answer so far, each time based on more rows, and as the last item the answer.
    /// Who stops reading cancels the request.
    /// </summary>
    /// <exception cref="ClassifierException">The server refused it, or cannot be reached.</exception>
    public IAsyncEnumerable<ClassificationResult> ClassifyProgressAsync(
        ClassificationRequest request, CancellationToken cancellationToken = default)
    {
        Func<HttpRequestMessage> post = ServerConnection.Post("classify", RequestJson.Content(request));
        int rows = -1; // a stream that broke begins anew
        return _server.ReadOnAsync(OpenAsync, cancellationToken);

        async IAsyncEnumerable<ClassificationResult> OpenAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (SseItem<string> news in _server.EventsAsync(post, cancellation))
            {
                if (news.EventType == "error")
                    throw ServerProblem.Parse(news.Data);
                ClassificationResult answer = ServerConnection.Parse<ClassificationResult>(news.Data);
                bool isLast = news.EventType == "result";
                if (isLast || answer.Cost.Rows > rows)
                    yield return answer;
                rows = Math.Max(rows, answer.Cost.Rows);
                if (isLast)
                    yield break;
            }

            throw ServerConnection.Ended();
        }
    }

    /// <summary>
    /// Classifies the request's <c>Images</c>, each by itself: their answers, or errors, in the order in which they are ready.
    /// </summary>
    /// <exception cref="ClassifierException">The server refused the request as a whole, or cannot be reached.</exception>
    public IAsyncEnumerable<ImageAnswer> ClassifyImagesAsync(ClassificationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Func<HttpRequestMessage> post = ServerConnection.Post("classify", RequestJson.Content(request));
        var known = new HashSet<int>();
        return _server.ReadOnAsync(OpenAsync, cancellationToken);

        async IAsyncEnumerable<ImageAnswer> OpenAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (string line in _server.LinesAsync(post, cancellation))
            {
                ImageAnswer image = ServerConnection.Parse<ImageAnswer>(line);
                if (known.Add(image.Index))
                    yield return image;
            }

            if (known.Count < request.Images.Count)
                throw ServerConnection.Ended();
        }
    }

    /// <summary>Scores images against captions.</summary>
    /// <exception cref="ClassifierException">The server refused it, or cannot be reached.</exception>
    public Task<MatchResult> MatchAsync(MatchRequest request, CancellationToken cancellationToken = default) =>
        _server.PostAsync<MatchResult>("match", RequestJson.Content(request), cancellationToken);

    /// <summary>The server's models, and those that cannot be used and why.</summary>
    /// <exception cref="ClassifierException">The server cannot be reached.</exception>
    public Task<ModelList> ListModelsAsync(CancellationToken cancellationToken = default) =>
        _server.GetAsync<ModelList>("models", cancellationToken);

    /// <summary>One of the server's models.</summary>
    /// <exception cref="ClassifierException">There is no such model, or the server cannot be reached.</exception>
    public Task<ModelDescription> GetModelAsync(string id, CancellationToken cancellationToken = default) =>
        _server.GetAsync<ModelDescription>(Address(id), cancellationToken);

    /// <summary>Loads a model, and waits until it is ready: for the first request not to wait.</summary>
    /// <exception cref="ClassifierException">
    /// The caller may not do that, there is no such model, it cannot be used, or the server cannot be reached.
    /// </exception>
    public Task<ModelDescription> LoadModelAsync(string id, CancellationToken cancellationToken = default) =>
        _server.PostAsync<ModelDescription>($"{Address(id)}/load", Nothing, cancellationToken);

    /// <summary>Unloads a model as soon as its requests have ended; the next request for it loads it again.</summary>
    /// <exception cref="ClassifierException">
    /// The caller may not do that, there is no such model, or the server cannot be reached.
    /// </exception>
    public Task<ModelDescription> UnloadModelAsync(string id, CancellationToken cancellationToken = default) =>
        _server.PostAsync<ModelDescription>($"{Address(id)}/unload", Nothing, cancellationToken);

    private static string Address(string id) => $"models/{Uri.EscapeDataString(id)}";

    private static ByteArrayContent Nothing() => new([]);
}
