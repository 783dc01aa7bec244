using System.Runtime.CompilerServices;

namespace DiffusionClassifier.Service.Api.Streaming;

/// <summary>Keeps a stream from being silent. Stateless.</summary>
internal static class Heartbeats
{
    /// <summary>The news as they come, and null whenever there were none for a while.</summary>
    public static async IAsyncEnumerable<T?> WithHeartbeats<T>(
        this IAsyncEnumerable<T> news, TimeSpan every, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using IAsyncEnumerator<T> each = news.GetAsyncEnumerator(stop.Token);
        Task<bool> more = Task.FromResult(true);
        try
        {
            while (true)
            {
                more = each.MoveNextAsync().AsTask();
                while (await Task.WhenAny(more, Task.Delay(every, time, stop.Token)) != more)
                {
                    stop.Token.ThrowIfCancellationRequested();
                    yield return null;
                }

                if (!await more)
                    yield break;
                yield return each.Current;
            }
        }
        finally
        {
            await stop.CancelAsync();
            // An enumerator that still moves cannot be disposed of.
            await ((Task)more).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
