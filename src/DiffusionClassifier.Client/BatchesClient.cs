using System.Runtime.CompilerServices;

namespace DiffusionClassifier.Client;

/// <summary>Batches: many requests that the server accepts together, and answers even if it is restarted meanwhile. Thread-safe.</summary>
public sealed class BatchesClient
{
    private readonly ServerConnection _server;

    internal BatchesClient(ServerConnection server) => _server = server;

    /// <summary>Sends many images with one set of fields. One of them is in memory at a time.</summary>
    /// <param name="fields">What is asked of each of them: a request without an image.</param>
    /// <param name="images">The images, which are opened as they are sent; enumerated again if the batch is sent again.</param>
    /// <param name="idempotencyKey">
    /// Names the batch, so that the same one is not accepted twice, also after a restart of the caller; null: a new one.
    /// </param>
    /// <param name="cancellationToken">Ends the sending.</param>
    /// <exception cref="ClassifierException">The server refused all of it, or cannot be reached.</exception>
    public Task<BatchDescription> SubmitAsync(
        ClassificationRequest fields, IEnumerable<BatchImage> images, string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        _server.PostAsync<BatchDescription>("batches", () => BatchContent.Form(fields, images), cancellationToken, idempotencyKey);

    /// <summary>Sends many requests, each with fields of its own. One of them is in memory at a time.</summary>
    /// <param name="items">The requests, which are made as they are sent; enumerated again if the batch is sent again.</param>
    /// <param name="idempotencyKey">As above.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    /// <exception cref="ClassifierException">The server refused all of it, or cannot be reached.</exception>
    public Task<BatchDescription> SubmitAsync(
        IAsyncEnumerable<BatchItem> items, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _server.PostAsync<BatchDescription>("batches", () => BatchContent.Lines(items), cancellationToken, idempotencyKey);

    /// <summary>Where a batch stands.</summary>
    /// <exception cref="ClassifierException">There is no such batch, or the server cannot be reached.</exception>
    public Task<BatchDescription> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _server.GetAsync<BatchDescription>(Address(id), cancellationToken);

    /// <summary>The results that there are, in the order of the requests.</summary>
    /// <exception cref="ClassifierException">There is no such batch, or the server cannot be reached.</exception>
    public IAsyncEnumerable<BatchAnswer> ResultsAsync(string id, CancellationToken cancellationToken = default) =>
        Results(id, isFollowed: false, cancellationToken);

    /// <summary>
    /// All results, each as soon as it is ready, until the batch has ended. A lost connection is made again, and no result comes twice.
    /// </summary>
    /// <exception cref="ClassifierException">There is no such batch, or the server cannot be reached.</exception>
    public IAsyncEnumerable<BatchAnswer> FollowAsync(string id, CancellationToken cancellationToken = default) =>
        Results(id, isFollowed: true, cancellationToken);

    /// <summary>Cancels a batch, unless it has ended. What is answered stays.</summary>
    /// <exception cref="ClassifierException">There is no such batch, or the server cannot be reached.</exception>
    public Task<BatchDescription> CancelAsync(string id, CancellationToken cancellationToken = default) =>
        _server.DeleteAsync<BatchDescription>(Address(id), cancellationToken);

    /// <summary>The caller's batches, newest first; pages are fetched as they are needed.</summary>
    /// <exception cref="ClassifierException">The server cannot be reached.</exception>
    public IAsyncEnumerable<BatchDescription> ListAsync(CancellationToken cancellationToken = default) =>
        _server.PagesAsync<BatchList, BatchDescription>("batches", page => (page.Batches, page.Next), cancellationToken);

    private static string Address(string id) => $"batches/{Uri.EscapeDataString(id)}";

    private IAsyncEnumerable<BatchAnswer> Results(string id, bool isFollowed, CancellationToken cancellationToken)
    {
        var known = new HashSet<int>();
        return _server.ReadOnAsync(OpenAsync, cancellationToken);

        HttpRequestMessage Get() => new(HttpMethod.Get, $"{Address(id)}/results{(isFollowed ? "?follow=true" : "")}");

        async IAsyncEnumerable<BatchAnswer> OpenAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (string line in _server.LinesAsync(Get, cancellation))
            {
                BatchAnswer result = BatchAnswer.Parse(line);
                if (known.Add(result.Index))
                    yield return result;
            }

            // A server that stops ends its streams.
            if (isFollowed && await GetAsync(id, cancellation) is var batch
                && (batch.Ended is null || known.Count < batch.Succeeded + batch.Failed))
            {
                throw ServerConnection.Ended();
            }
        }
    }
}
