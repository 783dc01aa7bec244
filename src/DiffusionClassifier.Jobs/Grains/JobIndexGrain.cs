using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.State;
using DiffusionClassifier.Jobs.Storage;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>
/// Owns the list of jobs, and which of them run: as many at once as the options say, tenants in turn. Every replica ticks it; whichever
/// replica is lost, the next tick takes its jobs up elsewhere.
/// </summary>
internal sealed partial class JobIndexGrain(
    [PersistentState("index", JobsStore.Name)] IPersistentState<IndexRecord> stored,
    JobsOptions options,
    TimeProvider time,
    ILogger<JobIndexGrain> logger) : Grain, IJobIndexGrain
{
    private readonly HashSet<string> _running = [];

    private Dictionary<string, IndexEntry> Jobs => stored.State.Jobs;

    public async Task AddAsync(string id, string tenant, DateTimeOffset created)
    {
        if (!Jobs.TryGetValue(id, out IndexEntry? known) || known.Expires is not null) // that of a job before, which was forgotten
        {
            Jobs[id] = new IndexEntry(tenant, created, Expires: null);
            try
            {
                await stored.WriteStateAsync();
            }
            catch
            {
                Jobs.Remove(id); // it is not accepted, and comes again
                throw;
            }
        }

        await BeginAsync();
    }

    public async Task EndedAsync(string id, DateTimeOffset expires)
    {
        _running.Remove(id);
        if (Jobs.TryGetValue(id, out IndexEntry? entry) && entry.Expires is null)
        {
            Jobs[id] = entry with { Expires = expires };
            await stored.WriteStateAsync();
        }

        await BeginAsync();
    }

    public Task<string[]> ListAsync(string tenant, string? before, int limit) => Task.FromResult<string[]>(
    [
        .. Newest(tenant).SkipWhile(id => before is not null && id != before).Skip(before is null ? 0 : 1).Take(limit),
    ]);

    public async Task TickAsync()
    {
        await BeginAsync();
        string[] running = [.. _running];
        bool[] goOn = await Task.WhenAll(running.Select(ResumeAsync));
        foreach ((string id, bool on) in running.Zip(goOn))
        {
            if (!on)
                await EndedAsync(id, time.GetUtcNow() + options.KeepFor);
        }

        await ForgetAsync();
    }

    private IEnumerable<string> Newest(string tenant) => Jobs.Where(pair => pair.Value.Tenant == tenant)
        .OrderByDescending(pair => pair.Value.Created).ThenByDescending(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key);

    // Whose tenant has the fewest running jobs begins; of one tenant the oldest.
    private async Task BeginAsync()
    {
        while (_running.Count < options.MaxRunning && Next() is { } id)
        {
            _running.Add(id);
            await ResumeAsync(id);
        }
    }

    private string? Next()
    {
        ILookup<string, string> busy = _running.Where(Jobs.ContainsKey).ToLookup(id => Jobs[id].Tenant);
        return Jobs.Where(pair => pair.Value.Expires is null && !_running.Contains(pair.Key))
            .OrderBy(pair => busy[pair.Value.Tenant].Count()).ThenBy(pair => pair.Value.Created)
            .Select(pair => pair.Key).FirstOrDefault();
    }

    private async Task<bool> ResumeAsync(string id)
    {
        try
        {
            return await GrainFactory.GetGrain<IJobGrain>(id).ResumeAsync();
        }
        catch (Exception exception)
        {
            LogNotResumed(id, exception);
            return true;
        }
    }

    private async Task ForgetAsync()
    {
        string[] expired = [.. Jobs.Where(pair => pair.Value.Expires < time.GetUtcNow()).Select(pair => pair.Key)];
        foreach (string id in expired)
        {
            if (await TryForgetAsync(id))
                Jobs.Remove(id);
        }

        if (expired.Length > 0)
            await stored.WriteStateAsync();
    }

    private async Task<bool> TryForgetAsync(string id)
    {
        try
        {
            await GrainFactory.GetGrain<IJobGrain>(id).ForgetAsync();
            return true;
        }
        catch (Exception exception)
        {
            LogNotResumed(id, exception);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The job {Job} could not be taken up; the next tick tries again.")]
    private partial void LogNotResumed(string job, Exception exception);
}
