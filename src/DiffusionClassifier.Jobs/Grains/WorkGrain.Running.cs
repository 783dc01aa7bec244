using DiffusionClassifier.Core.Errors;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using ErrorCode = DiffusionClassifier.Contracts.ErrorCode;

namespace DiffusionClassifier.Jobs.Grains;

/// <content>The run, from its begin to its end.</content>
internal abstract partial class WorkGrain<TRecord>
{
    private async Task RunAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _runStop = stop;
        try
        {
            await WorkAsync(stop.Token);
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
            LogInterrupted(Id, exception); // the next tick takes it up again
        }
        finally
        {
            await stop.CancelAsync(); // of what is still out
            _runStop = null;
            if (Record.IsEnded)
                ForgetRun();
        }
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

    private async Task EndAsync(JobStatus status)
    {
        if (Record.IsEnded)
            return;
        (Record.Status, Record.Ended, IsEnding) = (status, supplies.Time.GetUtcNow(), true);
        JobContext context = Context(_stop.Token);
        await context.RetryAsync(SaveAsync);
        IsEnding = false;
        Change();
        await context.RetryAsync(ClearInputAsync);
        await context.RetryOtherAsync(() => Index.EndedAsync(Id, Expires!.Value));
    }

    [LoggerMessage(LogLevel.Warning, "The job {Job} was interrupted; it goes on.")]
    private partial void LogInterrupted(string job, Exception exception);
}
