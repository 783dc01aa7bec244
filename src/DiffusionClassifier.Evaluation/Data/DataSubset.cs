using System.Globalization;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>Which images of a data set take part: those in a range, of these a seeded sample, and of that every n-th. Immutable.</summary>
/// <param name="First">The number of the first image in the range, from 0.</param>
/// <param name="Last">The number of the last one, which is in it; null: to the end.</param>
/// <param name="Limit">The size of the sample; null: all images.</param>
/// <param name="Shard">From 1 to <paramref name="Shards"/>.</param>
/// <param name="Shards">The number of parts that the work is split into.</param>
public sealed record DataSubset(int First, int? Last, int? Limit, int Shard, int Shards)
{
    /// <exception cref="EvaluationException">A value is out of range.</exception>
    public static DataSubset Create(int? limit, string? shard, string? range = null)
    {
        if (limit is < 1)
            throw new EvaluationException($"--limit is {limit}; it must be at least 1.");
        (int first, int? last) = Range(range);
        if (shard is null)
            return new DataSubset(first, last, limit, 1, 1);
        return shard.Split('/') is [var i, var n] && Parse(i) is > 0 and var part && Parse(n) is { } parts && part <= parts
            ? new DataSubset(first, last, limit, part, parts)
            : throw new EvaluationException($"--shard is '{shard}'; it must be i/n with i from 1 to n, as in 1/4.");
    }

    /// <summary>Those of all items that are in the range.</summary>
    /// <param name="items">All items of the data set.</param>
    /// <exception cref="EvaluationException">There are none.</exception>
    internal IReadOnlyList<T> InRange<T>(IReadOnlyList<T> items)
    {
        T[] kept = [.. items.Where((_, number) => Includes(number))];
        return kept.Length > 0 || items.Count == 0
            ? kept
            : throw new EvaluationException($"--range begins with image {First}; there are {items.Count}, numbered from 0.");
    }

    /// <summary>Whether an image is in the range.</summary>
    /// <param name="number">Its place in the data set.</param>
    internal bool Includes(int number) => number >= First && !(number > Last);

    /// <summary>Of the items in the range those that take part, in their own order.</summary>
    internal IReadOnlyList<T> Of<T>(IReadOnlyList<T> items, ulong seed)
    {
        int[] chosen = [.. Enumerable.Range(0, items.Count)];
        if (Limit < chosen.Length)
        {
            SeededOrder.Shuffle(chosen, seed, RandomPurpose.Sample); // the same on every machine and version of .NET, as shards require
            chosen = [.. chosen.Take(Limit.Value).Order()];
        }

        return [.. chosen.Where((_, position) => position % Shards == Shard - 1).Select(index => items[index])];
    }

    private static (int First, int? Last) Range(string? text)
    {
        if (text is null)
            return (0, null);
        return text.Split('-') switch
        {
            [var from, ""] when Parse(from) is { } first => (first, null),
            [var from, var to] when Parse(from) is { } first && Parse(to) is { } last && first <= last => (first, last),
            _ => throw new EvaluationException(
                $"--range is '{text}'; it must be the numbers of the first and the last image, counted from 0, as in 0-999, or 1000- "
                + "for the rest."),
        };
    }

    private static int? Parse(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
