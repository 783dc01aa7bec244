using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>What a job's run gets from its grain and its replica.</summary>
internal sealed partial class JobContext
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    public required GrainSupplies Supplies { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Stores the job's record.</summary>
    public required Func<Task> Save { get; init; }

    /// <summary>Told that there is news.</summary>
    public required Action Changed { get; init; }

    /// <summary>Cancelled when the grain goes.</summary>
    public required CancellationToken Stop { get; init; }

    /// <summary>Writes to a store that may be away for a while: the job waits for it, and loses nothing.</summary>
    /// <exception cref="InconsistentStateException">Another activation of the job has written: this one has to go.</exception>
    public async Task RetryAsync(Func<Task> write)
    {
        for (bool isAway = false; ; isAway = true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception exception) when (exception is not (InconsistentStateException or OperationCanceledException))
            {
                if (!isAway) // a store may be away for hours
                    LogStoreAway(exception);
                await Task.Delay(BetweenTries, Supplies.Time, Stop);
            }
        }
    }

    /// <summary>The same for a call to another grain, whose own state is its own affair.</summary>
    public Task RetryOtherAsync(Func<Task> call) => RetryAsync(async () =>
    {
        try
        {
            await call();
        }
        catch (InconsistentStateException exception)
        {
            throw new InvalidOperationException("Another grain was there twice for a moment.", exception);
        }
    });

    public void LogLost(string job, SiloAddress silo, Exception exception) => LogBlockLost(Logger, job, silo.ToString(), exception);

    private void LogStoreAway(Exception exception) => LogStoreAway(Logger, exception);

    [LoggerMessage(LogLevel.Information, "A block of the job {Job} was lost on {Replica}; it runs again.")]
    private static partial void LogBlockLost(ILogger logger, string job, string replica, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The store of the jobs does not answer, or has no space left; jobs wait for it.")]
    private static partial void LogStoreAway(ILogger logger, Exception exception);
}
