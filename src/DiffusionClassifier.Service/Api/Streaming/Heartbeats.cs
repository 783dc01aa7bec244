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
        await using IAsyncEnumerator<T> each = news.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            Task<bool> more = each.MoveNextAsync().AsTask();
            while (await Task.WhenAny(more, Task.Delay(every, time, cancellationToken)) != more)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return null;
            }

            if (!await more)
                yield break;
            yield return each.Current;
        }
    }
}
