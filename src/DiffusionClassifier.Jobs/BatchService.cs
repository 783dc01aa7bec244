using System.Runtime.CompilerServices;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Errors;
using DiffusionClassifier.Jobs.Hosting;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs;

/// <summary>Durable batches, as the server offers them. Thread-safe; holds no state.</summary>
public sealed class BatchService(SiloSupervisor silo, LocalDevices devices, JobsOptions options)
{
    private readonly WorkClient<IBatchGrain, BatchDescription> _batches = new(silo, EntryKind.Batch, JobErrors.UnknownBatch);

    /// <summary>Begins to take a batch.</summary>
    /// <exception cref="ClassificationException">Jobs cannot be stored now.</exception>
    public async Task<BatchUpload> BeginAsync(string tenant, CancellationToken cancellationToken) =>
        new(devices, options, await silo.GrainsAsync(cancellationToken), tenant);

    /// <summary>A batch of a tenant.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public Task<BatchDescription> FindAsync(string id, string tenant, CancellationToken cancellationToken) =>
        _batches.FindAsync(id, tenant, cancellationToken);

    /// <summary>A batch whenever there is news of it, until it has ended. Goes on where its replica is lost.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public IAsyncEnumerable<BatchDescription> WatchAsync(string id, string tenant, CancellationToken cancellationToken) =>
        _batches.WatchAsync(id, tenant, seen: 0, cancellationToken).Select(news => news.Item);

    /// <summary>Cancels a batch, unless it has ended. What is answered stays.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public Task<BatchDescription> CancelAsync(string id, string tenant, CancellationToken cancellationToken) =>
        _batches.CancelAsync(id, tenant, cancellationToken);

    /// <summary>A tenant's batches, newest first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">Id of the last one of the page before; null: the first page.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Of the call.</param>
    public Task<IReadOnlyList<BatchDescription>> ListAsync(
        string tenant, string? before, int limit, CancellationToken cancellationToken) =>
        _batches.ListAsync(tenant, before, limit, cancellationToken);

    /// <summary>The results of a batch in the order of its requests, as far as there are any.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="follow">Whether to wait for the others until it has ended; then they come as they are ready.</param>
    /// <param name="cancellationToken">Of the call.</param>
    /// <returns>Each with the number of its request, from 0.</returns>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public async IAsyncEnumerable<(int Index, LineResult Result)> ResultsAsync(
        string id, string tenant, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<int> sent = [];
        IAsyncEnumerable<BatchDescription> news = WatchAsync(id, tenant, cancellationToken);
        await foreach (BatchDescription _ in follow ? news : news.Take(1))
        {
            IBatchGrain batch = await _batches.GrainAsync(id, cancellationToken);
            BatchParts parts = await Remote.Reach(batch.PartsAsync(tenant)) ?? throw JobErrors.UnknownBatch(id);
            int first = 0;
            for (int part = 0; part < parts.Lines.Length; first += parts.Lines[part++])
            {
                if (!parts.Done[part] || sent.Contains(part)
                    || await Remote.Reach(batch.ResultsAsync(tenant, part)) is not { } results)
                {
                    continue;
                }

                sent.Add(part);
                foreach ((int line, LineResult result) in results.Lines.Index())
                    yield return (first + line, result);
            }
        }
    }
}
