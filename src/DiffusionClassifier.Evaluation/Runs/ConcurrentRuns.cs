using System.Collections.Concurrent;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>
/// Works on a bounded number of things at once, so that their rows fill batches, and outlives those that fail by themselves.
/// </summary>
public static class ConcurrentRuns
{
    /// <summary>Pictures at once.</summary>
    public const int Concurrent = 16; // two labels on one trial still fill a batch of 32; more pictures would only fill memory

    /// <summary>Works on all of them.</summary>
    /// <typeparam name="T">A thing, mostly of one picture.</typeparam>
    /// <param name="items">What to work on, in this order.</param>
    /// <param name="nameOf">Names a thing in its problem.</param>
    /// <param name="work">Does one; what it throws of more than one picture ends all.</param>
    /// <param name="cancellationToken">Ends all.</param>
    /// <returns>The problems of single things, in the order of their names.</returns>
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

    /// <summary>Whether a failure says nothing of other pictures, which can still be answered.</summary>
    public static bool IsOfOnePicture(Exception exception) => exception is IOException or UnauthorizedAccessException
        or ClassificationException { IsAboutImage: true }
        or ClassificationException { Error: ClassificationError.ModelFailure or ClassificationError.DeadlineExceeded };
}
