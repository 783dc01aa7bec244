using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace DiffusionClassifier.Client;

/// <summary>
/// Jobs: requests that the server stores before it accepts them, and answers even if it is restarted meanwhile. Thread-safe.
/// </summary>
public sealed class JobsClient
{
    private readonly ServerConnection _server;

    internal JobsClient(ServerConnection server) => _server = server;

    /// <summary>Sends a request as a job.</summary>
    /// <param name="request">To classify one image, or to match images with captions.</param>
    /// <param name="idempotencyKey">
    /// Names the request, so that the same one gets the same job, also after a restart of the caller; null: a new one.
    /// </param>
    /// <param name="cancellationToken">Ends the sending.</param>
    /// <exception cref="ClassifierException">The server refused it, or cannot be reached.</exception>
    public Task<JobDescription> SubmitAsync(
        ImageRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _server.PostAsync<JobDescription>("jobs", RequestJson.Content(request), cancellationToken, idempotencyKey);

    /// <summary>Where a job stands, and its answer.</summary>
    /// <exception cref="ClassifierException">There is no such job, or the server cannot be reached.</exception>
    public Task<JobDescription> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _server.GetAsync<JobDescription>(Address(id), cancellationToken);

    /// <summary>
    /// The job whenever there is news of it, and as the last item the job with its answer or error. A lost connection is made again, and
    /// goes on where it was.
    /// </summary>
    /// <exception cref="ClassifierException">There is no such job, or the server cannot be reached.</exception>
    public IAsyncEnumerable<JobDescription> WatchAsync(string id, CancellationToken cancellationToken = default)
    {
        string? last = null;
        return _server.ReadOnAsync(OpenAsync, cancellationToken);

        HttpRequestMessage Get()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"{Address(id)}/events");
            if (last is not null)
                request.Headers.Add("Last-Event-ID", last);
            return request;
        }

        async IAsyncEnumerable<JobDescription> OpenAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (SseItem<string> news in _server.EventsAsync(Get, cancellation))
            {
                last = news.EventId ?? last;
                yield return ServerConnection.Parse<JobDescription>(news.Data);
                if (news.EventType == "result")
                    yield break;
            }

            throw ServerConnection.Ended();
        }
    }

    /// <summary>Waits until a job has ended, and returns it with its answer or error.</summary>
    /// <exception cref="ClassifierException">There is no such job, or the server cannot be reached.</exception>
    public async Task<JobDescription> WaitAsync(string id, CancellationToken cancellationToken = default) =>
        await WatchAsync(id, cancellationToken).LastAsync(cancellationToken);

    /// <summary>Adds trials to a job that has its answer: only their rows run.</summary>
    /// <param name="id">The job.</param>
    /// <param name="trials">How many.</param>
    /// <param name="idempotencyKey">As with <see cref="SubmitAsync"/>.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    /// <exception cref="ClassifierException">The server refused it, or cannot be reached.</exception>
    public Task<JobDescription> AddTrialsAsync(
        string id, int trials, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _server.PostAsync<JobDescription>(
            $"{Address(id)}/trials", () => JsonContent.Create(new MoreTrials(trials), options: AnswerJson.Options), cancellationToken,
            idempotencyKey);

    /// <summary>Cancels a job, unless it has ended.</summary>
    /// <exception cref="ClassifierException">There is no such job, or the server cannot be reached.</exception>
    public Task<JobDescription> CancelAsync(string id, CancellationToken cancellationToken = default) =>
        _server.DeleteAsync<JobDescription>(Address(id), cancellationToken);

    /// <summary>The caller's jobs, newest first; pages are fetched as they are needed.</summary>
    /// <exception cref="ClassifierException">The server cannot be reached.</exception>
    public IAsyncEnumerable<JobDescription> ListAsync(CancellationToken cancellationToken = default) =>
        _server.PagesAsync<JobList, JobDescription>("jobs", page => (page.Jobs, page.Next), cancellationToken);

    private static string Address(string id) => $"jobs/{Uri.EscapeDataString(id)}";
}
