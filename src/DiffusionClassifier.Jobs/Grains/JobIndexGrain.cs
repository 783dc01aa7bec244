using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.State;
using DiffusionClassifier.Jobs.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>
/// Owns the list of jobs, and which of them run: as many at once as the options say, tenants in turn. Every replica ticks it; whichever
/// replica is lost, the next tick takes its jobs up elsewhere. Nobody waits here for a job.
/// </summary>
[Reentrant]
internal sealed partial class JobIndexGrain(
    [PersistentState("index", JobsStore.Name)] IPersistentState<IndexRecord> stored,
    JobsOptions options,
    Replicas replicas,
    TimeProvider time,
    ILogger<JobIndexGrain> logger) : Grain, IJobIndexGrain
{
    private readonly JobQueue _queue = new();
    private readonly Dictionary<string, long> _left = []; // rows of running jobs, as they said
    private readonly HashSet<string> _asked = []; // to resume, and have not answered yet
    private Task _writing = Task.CompletedTask;
    private Task? _nextWrite;
    private bool _forgetting;

    private Dictionary<string, IndexEntry> Jobs => stored.State.Jobs;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach ((string id, IndexEntry entry) in Jobs.Where(job => job.Value.Expires is null))
            _queue.Add(id, entry.Tenant, entry.Created);
        return Task.CompletedTask;
    }

    public async Task<bool> AddAsync(string id, IndexEntry entry)
    {
        bool isKnown = Jobs.TryGetValue(id, out IndexEntry? before) && (before.Expires is null) == (entry.Expires is null);
        if (!isKnown)
        {
            if (_queue.Of(entry.Tenant) >= options.MaxUnfinished)
                return false;
            Jobs[id] = entry;
            try
            {
                await StoreAsync();
            }
            catch
            {
                Jobs.Remove(id); // it is not accepted, and comes again
                throw;
            }
        }

        if (entry.Expires is null)
            _queue.Add(id, entry.Tenant, entry.Created);
        Begin();
        return true;
    }

    public async Task EndedAsync(string id, DateTimeOffset expires)
    {
        _left.Remove(id);
        if (Jobs.TryGetValue(id, out IndexEntry? entry))
        {
            _queue.Remove(id, entry.Tenant, entry.Created);
            if (entry.Expires is null)
            {
                Jobs[id] = entry with { Expires = expires };
                await StoreAsync();
            }
        }

        Begin();
    }

    public Task<string[]> ListAsync(EntryKind kind, string tenant, string? before, int limit) => Task.FromResult<string[]>(
    [
        .. Newest(kind, tenant).SkipWhile(id => before is not null && id != before).Skip(before is null ? 0 : 1).Take(limit),
    ]);

    public async Task<IndexReport> TickAsync()
    {
        Begin();
        foreach (string id in _queue.Running)
            Resume(id);
        _ = ForgetAsync();
        return await ReportAsync();
    }

    private IEnumerable<string> Newest(EntryKind kind, string tenant) => Jobs
        .Where(pair => pair.Value.Tenant == tenant && pair.Value.Kind == kind)
        .OrderByDescending(pair => pair.Value.Created).ThenByDescending(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key);

    private void Begin()
    {
        while (_queue.Running.Count < options.MaxRunning && _queue.TryBegin(out string? id))
            Resume(id);
    }

    private void Resume(string id)
    {
        if (_asked.Add(id))
            _ = ResumeAsync(id);
    }

    private async Task ResumeAsync(string id)
    {
        try
        {
            if (await ResumeWorkAsync(id) is { } left)
                _left[id] = left;
            else
                await EndedAsync(id, time.GetUtcNow() + options.KeepFor);
        }
        catch (Exception exception)
        {
            LogNotResumed(id, exception);
        }
        finally
        {
            _asked.Remove(id);
        }
    }

    // A call that fails found a replica that is lost: the next one finds the job on another, and need not wait for the next tick.
    private async Task<long?> ResumeWorkAsync(string id)
    {
        try
        {
            return await Work(id).ResumeAsync();
        }
        catch (Exception)
        {
            return await Work(id).ResumeAsync();
        }
    }

    private IWorkGrain Work(string id) => Jobs[id].Kind == EntryKind.Batch
        ? GrainFactory.GetGrain<IBatchGrain>(id)
        : GrainFactory.GetGrain<IJobGrain>(id);

    private async Task<IndexReport> ReportAsync()
    {
        double seconds = 0;
        foreach (var model in Jobs.Where(job => job.Value.Expires is null).GroupBy(job => job.Value.Model).ToArray())
        {
            long rows = model.Sum(job => _left.GetValueOrDefault(job.Key, job.Value.Rows));
            seconds += rows / Math.Max(1, (await replicas.WithAsync(model.Key)).Sum(replica => replica.Model.RowsPerSecond));
        }

        return new IndexReport(_queue.Waiting, _queue.Running.Count, seconds);
    }

    // All that changed while one write was under way goes into the next one.
    private Task StoreAsync() => _nextWrite ??= WriteAfterAsync(_writing);

    private async Task WriteAfterAsync(Task before)
    {
        await Task.Yield(); // until this task is the next write
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        (_writing, _nextWrite) = (_nextWrite!, null);
        await stored.WriteStateAsync();
    }

    private async Task ForgetAsync()
    {
        if (_forgetting)
            return;
        _forgetting = true;
        try
        {
            bool isAny = false;
            foreach (string id in Jobs.Where(pair => pair.Value.Expires < time.GetUtcNow()).Select(pair => pair.Key).ToArray())
                isAny |= await TryForgetAsync(id);
            if (isAny)
                await StoreAsync();
        }
        catch (Exception exception)
        {
            LogNotForgotten("list", exception);
        }
        finally
        {
            _forgetting = false;
        }
    }

    private async Task<bool> TryForgetAsync(string id)
    {
        try
        {
            await Work(id).ForgetAsync();
            return Jobs.Remove(id);
        }
        catch (Exception exception)
        {
            LogNotForgotten(id, exception);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The job {Job} could not be taken up; the next tick tries again.")]
    private partial void LogNotResumed(string job, Exception exception);

    [LoggerMessage(LogLevel.Warning, "What has expired could not be removed from the store, {Job}; the next tick tries again.")]
    private partial void LogNotForgotten(string job, Exception exception);
}
