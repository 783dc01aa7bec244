using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs.Errors;

namespace DiffusionClassifier.Jobs.Hosting;

/// <summary>Calls to grains, and following their news where the replica that they are on is lost. Stateless.</summary>
internal static class Remote
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>Whatever a store or a lost replica throws is about this moment, and no fault of the caller.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.NotReady"/>.</exception>
    public static async Task<T> Reach<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (Exception exception) when (exception is not (ClassificationException or OperationCanceledException))
        {
            throw JobErrors.Away(isShared: true, exception);
        }
    }

    /// <inheritdoc cref="Reach{T}"/>
    public static Task Reach(Task call) => Reach(Done(call));

    private static async Task<bool> Done(Task call)
    {
        await call;
        return true;
    }

    /// <summary>News whenever there are some, until the end.</summary>
    /// <typeparam name="T">Of what.</typeparam>
    /// <param name="ask">Waits for news beyond a version; throws <see cref="ClassificationError.UnknownJob"/>.</param>
    /// <param name="seen">The version that the caller knows; 0: none.</param>
    /// <param name="cancellationToken">Of the call.</param>
    public static async IAsyncEnumerable<(long Version, T Item)> WatchAsync<T>(
        Func<long, Task<Protocol.JobNews>> ask,
        long seen,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Protocol.JobNews news = await ask(seen);
        yield return (news.Version, news.As<T>());
        while (!news.HasEnded)
        {
            Protocol.JobNews next;
            try
            {
                next = await ask(news.Version);
            }
            catch (ClassificationException gone) when (gone.Error == ClassificationError.UnknownJob)
            {
                throw;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested) // the job's replica was lost: another has it soon
            {
                await Task.Delay(BetweenTries, cancellationToken);
                continue;
            }

            if (next.Version != news.Version || next.HasEnded)
                yield return (next.Version, next.As<T>());
            news = next;
        }
    }
}
