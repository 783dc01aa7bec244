using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Hosting;

/// <summary>What jobs and batches have in common for those who ask for them. Thread-safe; holds no state.</summary>
/// <typeparam name="TGrain">What has them.</typeparam>
/// <typeparam name="T">What is told of them.</typeparam>
/// <param name="silo">Where the grains are.</param>
/// <param name="kind">Of which kind they are.</param>
/// <param name="unknown">What to throw where a tenant has none with an id.</param>
internal sealed class WorkClient<TGrain, T>(SiloSupervisor silo, EntryKind kind, Func<string, ClassificationException> unknown)
    where TGrain : IWorkGrain
{
    private const int IndexKey = 0;

    public async Task<TGrain> GrainAsync(string id, CancellationToken cancellationToken) =>
        (await silo.GrainsAsync(cancellationToken)).GetGrain<TGrain>(id);

    public async Task<T> FindAsync(string id, string tenant, CancellationToken cancellationToken) =>
        (await NewsAsync(id, tenant, seen: 0, cancellationToken)).As<T>();

    public IAsyncEnumerable<(long Version, T Item)> WatchAsync(string id, string tenant, long seen, CancellationToken cancellationToken) =>
        Remote.WatchAsync<T>(after => NewsAsync(id, tenant, after, cancellationToken), seen, cancellationToken);

    public async Task<T> CancelAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        TGrain grain = await GrainAsync(id, cancellationToken);
        return (await Remote.Reach(grain.CancelAsync(tenant)) ?? throw unknown(id)).As<T>();
    }

    public async Task<IReadOnlyList<T>> ListAsync(string tenant, string? before, int limit, CancellationToken cancellationToken)
    {
        IGrainFactory grains = await silo.GrainsAsync(cancellationToken);
        string[] ids = await Remote.Reach(grains.GetGrain<IJobIndexGrain>(IndexKey).ListAsync(kind, tenant, before, limit));
        JobNews?[] news = await Remote.Reach(Task.WhenAll(ids.Select(id => grains.GetGrain<TGrain>(id).NewsAsync(tenant, seen: 0))));
        return [.. news.OfType<JobNews>().Select(one => one.As<T>())];
    }

    private async Task<JobNews> NewsAsync(string id, string tenant, long seen, CancellationToken cancellationToken)
    {
        TGrain grain = await GrainAsync(id, cancellationToken);
        return await Remote.Reach(grain.NewsAsync(tenant, seen).WaitAsync(cancellationToken)) ?? throw unknown(id);
    }
}
