using System.Collections.Concurrent;
using DiffusionClassifier.Cli.Classify;

namespace DiffusionClassifier.Cli.Evaluate.Runs;

/// <summary>Works on a bounded number of things at once, so that their rows fill batches, and outlives those that fail by themselves.</summary>
internal static class InFlight
{
    /// <param name="items">What to work on, in this order.</param>
    /// <param name="nameOf">Names a thing in its problem.</param>
    /// <param name="work">Does one; what it throws of more than one picture ends all.</param>
    /// <param name="cancellationToken">Ends all.</param>
    /// <returns>The problems of single things, in the order of their names.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync<T>(IEnumerable<T> items, Func<T, string> nameOf, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var problems = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = ImageClassifier.Concurrent, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(items, options, async (item, cancellation) =>
        {
            try
            {
                await work(item, cancellation);
            }
            catch (Exception exception) when (ImageClassifier.IsOfOnePicture(exception))
            {
                problems.Add($"{nameOf(item)}: {exception.Message}");
            }
        });
        return [.. problems.Order(StringComparer.Ordinal)];
    }
}
