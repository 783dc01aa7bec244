using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.State;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using ErrorCode = DiffusionClassifier.Contracts.ErrorCode;

namespace DiffusionClassifier.Jobs.Grains;

/// <content>The run, from its begin to its end.</content>
internal sealed partial class JobGrain
{
    private async Task RunAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _runStop = stop;
        try
        {
            StoredRequest request = await data.RequestAsync(this.GetGrainId()) ?? throw NotStored();
            bool deterministic = LocalDevices.Read(request).Deterministic;
            await BeginAsync(deterministic, devices.Prepare(request), stop.Token);
            JobSettings settings = devices.Prepare(request, [.. Record.Further.Select(further => further.Count)]);
            _run = new JobRun(Context(stop.Token), this.GetGrainId(), this.GetPrimaryKeyString(), Record, settings, deterministic);
            string answer = await _run.RunAsync(stop.Token);
            if (!Record.IsEnded)
                (Record.Answer, Record.Rows) = (answer, _run.Rows);
            await EndAsync(JobStatus.Succeeded);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (JobFailedException failure)
        {
            await FailAsync(failure.Code, failure.Message);
        }
        catch (ClassificationException failure) when (failure.Error != ClassificationError.UnknownModel || ++_unknown > MostUnknown)
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
            await stop.CancelAsync(); // of the blocks that are still out
            (_run, _runStop) = (null, null);
        }
    }

    // Rows of another version of the model, or for a deterministic job of another kind of device, are not mixed with this one's.
    private async Task BeginAsync(bool deterministic, JobSettings settings, CancellationToken stop)
    {
        while (!devices.IsWarm(Record.Model))
            await Task.Delay(UntilWarm, time, stop);
        string own = JobRun.Fingerprint(await devices.DescribeAsync(Record.Model), deterministic);
        string digest = settings.Digest();
        if (Record.Fingerprint != own || Record.Settings != digest)
        {
            await data.ClearErrorsAsync(this.GetGrainId(), Record.Parts);
            (Record.Fingerprint, Record.Settings, Record.HasLatent, Record.Parts, Record.Rows) = (own, digest, false, 0, 0);
        }

        stop.ThrowIfCancellationRequested(); // a job that was canceled meanwhile stays so

        Record.Status = JobStatus.Running;
        await SaveAsync();
        Change();
    }

    private async Task FailAsync(string code, string detail)
    {
        if (!Record.IsEnded)
            (Record.ErrorCode, Record.ErrorDetail) = (code, detail);
        try
        {
            await EndAsync(JobStatus.Failed);
        }
        catch (InconsistentStateException)
        {
            DeactivateOnIdle();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The job {Job} was interrupted; it goes on.")]
    private partial void LogInterrupted(string job, Exception exception);
}
