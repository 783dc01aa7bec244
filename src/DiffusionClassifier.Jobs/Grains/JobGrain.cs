using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.State;
using DiffusionClassifier.Jobs.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using ErrorCode = DiffusionClassifier.Contracts.ErrorCode;

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

    // Below the time after which a call between replicas counts as lost.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _writing = new(1); // writes of one grain interleave, and would take each other for a stranger's
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JobRun? _run;
    private Task _running = Task.CompletedTask;
    private CancellationTokenSource? _runStop;
    private long _version = 1;

    private JobRecord Record => stored.State;

    private IJobIndexGrain Index => GrainFactory.GetGrain<IJobIndexGrain>(IndexKey);

    public async Task<JobNews?> SubmitAsync(NewJob job)
    {
        if (!stored.RecordExists)
        {
            // Refused where it is sent; here only what was said of the model counts.
            JobSettings settings = devices.Prepare(job.Request, job.Tenant);
            await data.WriteAsync(this.GetGrainId(), new StoredRequest { Request = job.Request, Tenant = job.Tenant });
            await data.WriteAsync(this.GetGrainId(), new StoredFile { Bytes = job.Image });
            (Record.Tenant, Record.Question, Record.Created) = (job.Tenant, job.Question, time.GetUtcNow());
            (Record.Model, Record.Status, Record.FixedRows) = (settings.Model.Id, JobStatus.Queued, settings.FixedRows);
            await SaveAsync();
        }

        if (Record.Question != job.Question || Record.Tenant != job.Tenant)
            return null;
        if (!Record.IsEnded)
            await Index.AddAsync(this.GetPrimaryKeyString(), Record.Tenant, Record.Created);
        return News();
    }

    public async Task<bool> ResumeAsync()
    {
        if (!stored.RecordExists || Record.IsEnded)
            return false;
        if (_run is null && _running.IsCompleted)
            _running = RunAsync();
        DelayDeactivation(TimeSpan.FromMinutes(5)); // as long as somebody asks it to go on
        return await Task.FromResult(true);
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
            await EndAsync(JobStatus.Canceled);
            if (_runStop is { } stop)
                await stop.CancelAsync();
        }

        return News();
    }

    public async Task ForgetAsync()
    {
        await data.ClearAsync(this.GetGrainId(), Record.Looks);
        await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        if (_run is { } run && !Record.IsEnded)
        {
            try
            {
                await run.StoreRestAsync();
                await SaveAsync();
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

    private async Task RunAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _runStop = stop;
        try
        {
            StoredRequest request = await data.RequestAsync(this.GetGrainId())
                ?? throw new JobFailedException("internal_error", "The request of this job is not stored any more: send it again.");
            JobSettings settings = devices.Prepare(request.Request, request.Tenant);
            bool deterministic = JsonSerializer.Deserialize<ClassificationRequest>(request.Request, AnswerJson.Options)!.Deterministic;
            await BeginAsync(deterministic);
            _run = new JobRun(Context(stop.Token), this.GetGrainId(), this.GetPrimaryKeyString(), Record, settings, deterministic);
            await _run.RunAsync(stop.Token);
            await EndAsync(JobStatus.Succeeded);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (JobFailedException failure)
        {
            await FailAsync(failure.Code, failure.Message);
        }
        catch (ClassificationException failure)
        {
            await FailAsync(ErrorCode.Of(failure.Error), failure.Message);
        }
        catch (InconsistentStateException)
        {
            DeactivateOnIdle(); // another activation owns the job now
        }
        catch (Exception exception)
        {
            LogInterrupted(this.GetPrimaryKeyString(), exception); // the next tick takes it up again
        }
        finally
        {
            (_run, _runStop) = (null, null);
        }
    }

    // Rows of another version of the model, or for a deterministic job of another kind of device, are not mixed with this one's.
    private async Task BeginAsync(bool deterministic)
    {
        string own = JobRun.Fingerprint(await devices.DescribeAsync(Record.Model), deterministic);
        if (Record.Fingerprint != own)
        {
            await data.ClearErrorsAsync(this.GetGrainId(), Record.Looks);
            (Record.Fingerprint, Record.HasLatent, Record.Looks, Record.Rows) = (own, false, 0, 0);
        }

        Record.Status = JobStatus.Running;
        await SaveAsync();
        Change();
    }

    private Task FailAsync(string code, string detail)
    {
        (Record.ErrorCode, Record.ErrorDetail) = (code, detail);
        return EndAsync(JobStatus.Failed);
    }

    private async Task EndAsync(JobStatus status)
    {
        if (Record.IsEnded)
            return;
        (Record.Status, Record.Ended) = (status, time.GetUtcNow());
        JobContext context = Context(_stop.Token);
        await context.RetryAsync(SaveAsync);
        Change();
        await context.RetryAsync(() => data.ClearFileAsync(this.GetGrainId()));
        await context.RetryAsync(() => Index.EndedAsync(this.GetPrimaryKeyString(), Record.Ended.Value + options.KeepFor));
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

    [LoggerMessage(LogLevel.Warning, "The job {Job} was interrupted; it goes on.")]
    private partial void LogInterrupted(string job, Exception exception);

    [LoggerMessage(LogLevel.Warning, "What was done of the job {Job} since the last time could not be stored; it runs once more.")]
    private partial void LogNotStored(string job, Exception exception);
}
