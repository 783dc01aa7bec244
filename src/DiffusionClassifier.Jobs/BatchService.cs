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
    /// <summary>Begins to take a batch.</summary>
    /// <exception cref="ClassificationException">Jobs cannot be stored now.</exception>
    public async Task<BatchUpload> BeginAsync(string tenant, CancellationToken cancellationToken) =>
        new(devices, options, await silo.GrainsAsync(cancellationToken), tenant);

    /// <summary>A batch of a tenant.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public async Task<BatchDescription> FindAsync(string id, string tenant, CancellationToken cancellationToken) =>
        (await NewsAsync(id, tenant, seen: 0, cancellationToken)).As<BatchDescription>();

    /// <summary>A batch whenever there is news of it, until it has ended. Goes on where its replica is lost.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public IAsyncEnumerable<BatchDescription> WatchAsync(string id, string tenant, CancellationToken cancellationToken) =>
        Remote.WatchAsync<BatchDescription>(seen => NewsAsync(id, tenant, seen, cancellationToken), seen: 0, cancellationToken)
            .Select(news => news.Item);

    /// <summary>Cancels a batch, unless it has ended. What is answered stays.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public async Task<BatchDescription> CancelAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        IGrainFactory grains = await silo.GrainsAsync(cancellationToken);
        JobNews? news = await Remote.Reach(grains.GetGrain<IBatchGrain>(id).CancelAsync(tenant));
        return (news ?? throw JobErrors.UnknownBatch(id)).As<BatchDescription>();
    }

    /// <summary>A tenant's batches, newest first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">Id of the last one of the page before; null: the first page.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Of the call.</param>
    public async Task<IReadOnlyList<BatchDescription>> ListAsync(
        string tenant, string? before, int limit, CancellationToken cancellationToken)
    {
        IGrainFactory grains = await silo.GrainsAsync(cancellationToken);
        string[] ids = await Remote.Reach(grains.GetGrain<IJobIndexGrain>(0).ListAsync(EntryKind.Batch, tenant, before, limit));
        JobNews?[] news = await Remote.Reach(Task.WhenAll(ids.Select(id => grains.GetGrain<IBatchGrain>(id).NewsAsync(tenant, seen: 0))));
        return [.. news.OfType<JobNews>().Select(one => one.As<BatchDescription>())];
    }

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
            IBatchGrain batch = (await silo.GrainsAsync(cancellationToken)).GetGrain<IBatchGrain>(id);
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

    private async Task<JobNews> NewsAsync(string id, string tenant, long seen, CancellationToken cancellationToken)
    {
        IGrainFactory grains = await silo.GrainsAsync(cancellationToken);
        return await Remote.Reach(grains.GetGrain<IBatchGrain>(id).NewsAsync(tenant, seen).WaitAsync(cancellationToken))
            ?? throw JobErrors.UnknownBatch(id);
    }
}
