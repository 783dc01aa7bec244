using System.Globalization;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>Which images of a data set take part: a seeded sample, and of that every n-th. Immutable.</summary>
/// <param name="Limit">The size of the sample; null: all images.</param>
/// <param name="Shard">From 1 to <paramref name="Shards"/>.</param>
/// <param name="Shards">The number of parts that the work is split into.</param>
public sealed record DataSubset(int? Limit, int Shard, int Shards)
{
    /// <exception cref="EvaluationException">A value is out of range.</exception>
    public static DataSubset Create(int? limit, string? shard)
    {
        if (limit is < 1)
            throw new EvaluationException($"--limit is {limit}; it must be at least 1.");
        if (shard is null)
            return new DataSubset(limit, 1, 1);
        return shard.Split('/') is [var i, var n] && Parse(i) is { } part && Parse(n) is { } parts && part <= parts
            ? new DataSubset(limit, part, parts)
            : throw new EvaluationException($"--shard is '{shard}'; it must be i/n with i from 1 to n, as in 1/4.");

        static int? Parse(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? value : null;
    }

    /// <summary>The items that take part, in their own order.</summary>
    internal IReadOnlyList<T> Of<T>(IReadOnlyList<T> items, ulong seed)
    {
        int[] chosen = [.. Enumerable.Range(0, items.Count)];
        if (Limit < items.Count)
        {
            SeededOrder.Shuffle(chosen, seed, RandomPurpose.Sample); // the same on every machine and version of .NET, as shards require
            chosen = [.. chosen.Take(Limit.Value).Order()];
        }

        return [.. chosen.Where((_, position) => position % Shards == Shard - 1).Select(index => items[index])];
    }
}
