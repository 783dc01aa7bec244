using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.State;
using DiffusionClassifier.Jobs.Storage;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>Owns one job: its record, and its run while it has one.</summary>
internal sealed partial class JobGrain(
    [PersistentState("job", JobsStore.Name)] IPersistentState<JobRecord> stored,
    JobData data,
    LocalDevices devices,
    Replicas replicas,
    JobsOptions options,
    TimeProvider time,
    ILogger<JobGrain> logger,
    ILocalSiloDetails silo) : Grain, IJobGrain, IDisposable
{
    private const int IndexKey = 0;
    private const int MostUnknown = 30; // ticks: a replica that starts, or another one, may have the model by then

    private static readonly TimeSpan UntilWarm = TimeSpan.FromMilliseconds(250);

    // Below the time after which a call between replicas counts as lost.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _writing = new(1); // writes of one grain interleave, and would take each other for a stranger's
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JobRun? _run;
    private Task _running = Task.CompletedTask;
    private CancellationTokenSource? _runStop;
    private long _version = 1;
    private int _unknown; // how often this replica did not have the model
    private bool _ending; // ended, but that is not stored yet

    private JobRecord Record => stored.State;

    private IJobIndexGrain Index => GrainFactory.GetGrain<IJobIndexGrain>(IndexKey);

    public async Task<JobReply> SubmitAsync(NewJob job)
    {
        bool isNew = !stored.RecordExists;
        if (isNew)
        {
            await data.WriteAsync(this.GetGrainId(), job.Request);
            await data.WriteAsync(this.GetGrainId(), new StoredFile { Bytes = job.Image });
            (Record.Tenant, Record.Question, Record.Created) = (job.Request.Tenant, job.Question, time.GetUtcNow());
            (Record.Model, Record.Status, Record.FixedRows, Record.Asked) = (job.Model, JobStatus.Queued, job.FixedRows, Record.Created);
            await SaveAsync();
        }

        if (Record.Question != job.Question || Record.Tenant != job.Request.Tenant)
            return JobReply.Refused(JobRefusal.Conflict);
        if (Record.IsEnded || await EnterAsync())
            return new JobReply(News());
        if (isNew)
            await ForgetAllAsync();
        return JobReply.Refused(JobRefusal.TooMany);
    }

    public async Task<JobReply> AddTrialsAsync(string tenant, int trials, string? key)
    {
        if (!IsOf(tenant))
            return JobReply.Refused(JobRefusal.Unknown);
        if (key is not null && Record.Further.Find(further => further.Key == key) is { } sent)
            return sent.Count == trials ? new JobReply(News()) : JobReply.Refused(JobRefusal.Conflict);
        if (Record.Status != JobStatus.Succeeded || _ending)
            return JobReply.Refused(JobRefusal.NotAnswered);
        StoredRequest request = await data.RequestAsync(this.GetGrainId()) ?? throw NotStored();
        JobSettings settings;
        try
        {
            settings = devices.Prepare(request, [.. Record.Further.Select(further => further.Count), trials]);
        }
        catch (ClassificationException refusal)
        {
            return JobReply.Refused(JobRefusal.Invalid) with { Reason = (refusal.Field ?? "trials", refusal.Message) };
        }

        Record.Further.Add(new FurtherTrials(trials, key));
        (Record.Status, Record.Ended, Record.Asked) = (JobStatus.Queued, null, time.GetUtcNow());
        (Record.FixedRows, Record.Begun) = (settings.FixedRows, null);
        await SaveAsync();
        Change();
        if (await EnterAsync())
            return new JobReply(News());
        Record.Further.RemoveAt(Record.Further.Count - 1);
        (Record.Status, Record.Ended) = (JobStatus.Succeeded, time.GetUtcNow());
        await SaveAsync();
        return JobReply.Refused(JobRefusal.TooMany);
    }

    public Task<long?> ResumeAsync()
    {
        if (!stored.RecordExists || (Record.IsEnded && !_ending))
            return Task.FromResult<long?>(null);
        if (_run is null && _running.IsCompleted && !_ending) // else: that it has ended is not stored yet
            _running = RunAsync();
        DelayDeactivation(TimeSpan.FromMinutes(5)); // as long as somebody asks it to go on
        return Task.FromResult<long?>(_run?.RowsLeft ?? Record.FixedRows);
    }

    public async Task<JobNews?> NewsAsync(string tenant, long seen)
    {
        if (!IsOf(tenant))
            return null;
        if (seen == _version && !Record.IsEnded)
            await Task.WhenAny(_changed.Task, Task.Delay(LongestWait, time, _stop.Token));
        return News();
    }

    public async Task<JobNews?> CancelAsync(string tenant)
    {
        if (!IsOf(tenant))
            return null;
        if (!Record.IsEnded)
        {
            Record.Rows = _run?.Rows ?? Record.Rows;
            Task end = EndAsync(JobStatus.Canceled); // the status first: what the run does on its way out must not change it
            if (_runStop is { } stop)
                await stop.CancelAsync();
            await end;
        }

        return News();
    }

    public async Task ForgetAsync()
    {
        if (stored.RecordExists && !Record.IsEnded)
            throw new InvalidOperationException("The job has not ended.");
        await ForgetAllAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        JobRun? running = _run;
        await _stop.CancelAsync();
        await _running.WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (running is { } run && !Record.IsEnded)
        {
            try
            {
                await run.StoreAsync();
            }
            catch (Exception exception) // what was stored before is enough: some rows run once more
            {
                LogNotStored(this.GetPrimaryKeyString(), exception);
            }
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _writing.Dispose();
    }

    private bool IsOf(string tenant) => stored.RecordExists && Record.Tenant == tenant;

    private Task<bool> EnterAsync() => Index.AddAsync(
        this.GetPrimaryKeyString(), new IndexEntry(WorkKind.Job, Record.Tenant, Record.Created, Record.Model, Record.FixedRows));

    private async Task ForgetAllAsync()
    {
        await data.ClearAsync(this.GetGrainId(), Record.Parts);
        await stored.ClearStateAsync();
    }

    private static JobFailedException NotStored() =>
        new("internal_error", "The request of this job is not stored any more: send it again.");

    private async Task EndAsync(JobStatus status)
    {
        if (Record.IsEnded)
            return;
        (Record.Status, Record.Ended, _ending) = (status, time.GetUtcNow(), true);
        JobContext context = Context(_stop.Token);
        await context.RetryAsync(SaveAsync);
        _ending = false;
        Change();
        await context.RetryAsync(() => data.ClearFileAsync(this.GetGrainId()));
        await context.RetryOtherAsync(() => Index.EndedAsync(this.GetPrimaryKeyString(), Record.Ended.Value + options.KeepFor));
    }

    private JobContext Context(CancellationToken stop) => new()
    {
        Data = data,
        Replicas = replicas,
        Options = options,
        Time = time,
        Logger = logger,
        Here = silo.SiloAddress,
        Save = SaveAsync,
        Changed = Change,
        Stop = stop,
    };

    private async Task SaveAsync()
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

    private void Change()
    {
        _version++;
        TaskCompletionSource before = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        before.TrySetResult();
    }

    private JobNews News()
    {
        JobDescription job = Record.Describe(this.GetPrimaryKeyString(), _run, options.KeepFor);
        return new JobNews(_version, JsonSerializer.Serialize(job, AnswerJson.Options), Record.IsEnded);
    }

    [LoggerMessage(LogLevel.Warning, "What was done of the job {Job} since the last time could not be stored; it runs once more.")]
    private partial void LogNotStored(string job, Exception exception);
}
