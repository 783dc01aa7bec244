using System.Collections.Concurrent;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>
/// Works on a limited number of items at once, so that their rows fill batches, and survives items that fail by themselves.
/// </summary>
public static class ConcurrentRuns
{
    /// <summary>Images at once.</summary>
    public const int Concurrent = 16; // two labels on one trial still fill a batch of 32; more images would only fill memory

    /// <summary>Works on all of them.</summary>
    /// <typeparam name="T">An item, usually one image.</typeparam>
    /// <param name="items">What to work on, in this order.</param>
    /// <param name="nameOf">Names an item in its problem.</param>
    /// <param name="work">Does one item; an exception that concerns more than one image ends everything.</param>
    /// <param name="cancellationToken">Ends all.</param>
    /// <returns>The problems of single items, in the order of their names.</returns>
    internal static async Task<IReadOnlyList<string>> RunAsync<T>(
        IEnumerable<T> items, Func<T, string> nameOf, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var problems = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrent, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(items, options, async (item, cancellation) =>
        {
            try
            {
                await work(item, cancellation);
            }
            catch (Exception exception) when (IsOfOnePicture(exception))
            {
                problems.Add($"{nameOf(item)}: {exception.Message}");
            }
        });
        return [.. problems.Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether a failure does not concern other images, which can still be answered.</summary>
    public static bool IsOfOnePicture(Exception exception) => exception is IOException or UnauthorizedAccessException
        or ClassificationException { IsAboutImage: true }
        or ClassificationException { Error: ClassificationError.ModelFailure or ClassificationError.DeadlineExceeded };
}
