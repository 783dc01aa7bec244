using System.Text.Json;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.State;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>Owns a job of some kind: its record, and its run while it has one.</summary>
/// <typeparam name="TRecord">What is stored of it.</typeparam>
internal abstract partial class WorkGrain<TRecord>(IPersistentState<TRecord> stored, GrainSupplies supplies, ILogger logger)
    : Grain, IWorkGrain, IDisposable
    where TRecord : WorkRecord
{
    private const int IndexKey = 0;
    private const int MostUnknown = 30; // ticks: a replica that starts, or another one, may have the model by then

    // Below the time after which a call between replicas counts as lost.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _writing = new(1); // writes of one grain interleave, and would take each other for a stranger's
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private CancellationTokenSource? _runStop;
    private long _version = 1;
    private bool _isListed; // as far as this activation knows
    private int _unknown; // how often this replica did not have the model

    protected TRecord Record => stored.State;

    protected bool IsStored => stored.RecordExists;

    protected GrainSupplies Supplies => supplies;

    protected string Id => this.GetPrimaryKeyString();

    /// <summary>Ended, but that is not stored yet.</summary>
    protected bool IsEnding { get; private set; }

    /// <summary>What the list of jobs knows of it.</summary>
    protected abstract IndexEntry Entry { get; }

    /// <summary>Rows that it may still cost.</summary>
    protected abstract long RowsLeft { get; }

    /// <summary>What clients are told.</summary>
    protected abstract object Description { get; }

    /// <summary>When it is forgotten, once it has ended.</summary>
    protected DateTimeOffset? Expires => Record.Ended + supplies.Options.KeepFor;

    private IJobIndexGrain Index => GrainFactory.GetGrain<IJobIndexGrain>(IndexKey);

    public Task<long?> ResumeAsync()
    {
        if (!stored.RecordExists || (Record.IsEnded && !IsEnding))
            return Task.FromResult<long?>(null);
        _isListed = true;
        if (_runStop is null && _running.IsCompleted && !IsEnding) // else: that it has ended is not stored yet
            _running = RunAsync();
        DelayDeactivation(TimeSpan.FromMinutes(5)); // as long as somebody asks it to go on
        return Task.FromResult<long?>(RowsLeft);
    }

    public async Task<JobNews?> NewsAsync(string tenant, long seen)
    {
        if (!IsOf(tenant))
            return null;
        if (!_isListed && !Record.IsEnded) // its replica was lost before the list knew of it
            await EnterAsync();
        if (seen == _version && !Record.IsEnded)
            await Task.WhenAny(_changed.Task, Task.Delay(LongestWait, supplies.Time, _stop.Token));
        return News();
    }

    public async Task<JobNews?> CancelAsync(string tenant)
    {
        if (!IsOf(tenant))
            return null;
        if (!Record.IsEnded)
        {
            TakeStock();
            Task end = EndAsync(JobStatus.Canceled); // the status first: what the run does on its way out must not change it
            if (_runStop is { } stop)
                await stop.CancelAsync();
            await end;
        }

        return News();
    }

    public async Task ForgetAsync()
    {
        if (IsStored && IsUnfinished)
            throw new InvalidOperationException("The job has not ended.");
        await ForgetAllAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!IsStored || Record.IsEnded)
            return;
        try
        {
            await StoreRestAsync();
        }
        catch (Exception exception) // what was stored before is enough: some rows run once more
        {
            LogNotStored(Id, exception);
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _writing.Dispose();
    }

    /// <summary>Whether it was accepted and has not ended.</summary>
    protected virtual bool IsUnfinished => !Record.IsEnded;

    /// <summary>Does the work; then the record has the result.</summary>
    protected abstract Task WorkAsync(CancellationToken stop);

    /// <summary>Puts into the record what the run knows.</summary>
    protected abstract void TakeStock();

    /// <summary>Drops the run: it has ended, and so has the job.</summary>
    protected virtual void ForgetRun()
    {
    }

    /// <summary>Stores what the run knows and the store does not, after its end, so that another replica can go on from there.</summary>
    protected abstract Task StoreRestAsync();

    /// <summary>Forgets what was stored beside the record and is of no more use when it has ended.</summary>
    protected abstract Task ClearInputAsync();

    /// <summary>Forgets what was stored beside the record.</summary>
    protected abstract Task ClearDataAsync();

    /// <summary>Whether it is there and the caller's.</summary>
    protected virtual bool IsOf(string tenant) => IsStored && Record.Tenant == tenant;

    /// <summary>Enters it into the list of jobs, which lets it begin.</summary>
    /// <returns>False: its tenant has too many.</returns>
    protected async Task<bool> EnterAsync() => _isListed = await Index.AddAsync(Id, Entry);

    protected async Task ForgetAllAsync()
    {
        await ClearDataAsync();
        await stored.ClearStateAsync();
    }

    protected async Task SaveAsync()
    {
        await _writing.WaitAsync();
        try
        {
            await stored.WriteStateAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>There is news.</summary>
    protected void Change()
    {
        _version++;
        TaskCompletionSource before = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        before.TrySetResult();
    }

    protected JobNews News() => new(_version, JsonSerializer.Serialize(Description, AnswerJson.Options), Record.IsEnded);

    protected JobContext Context(CancellationToken stop) => new()
    {
        Supplies = supplies,
        Logger = _logger,
        Save = SaveAsync,
        Changed = Change,
        Stop = stop,
    };

    [LoggerMessage(LogLevel.Warning, "What was done of the job {Job} since the last time could not be stored; it runs once more.")]
    private partial void LogNotStored(string job, Exception exception);
}
