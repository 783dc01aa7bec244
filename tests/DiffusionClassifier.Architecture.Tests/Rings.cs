namespace DiffusionClassifier.Architecture.Tests;

/// <summary>Finds what depends on itself.</summary>
internal static class Rings
{
    /// <summary>The groups of two or more that reach each other (Tarjan's strongly connected components would find the same; these graphs are small).</summary>
    public static IReadOnlyList<IReadOnlyList<T>> Find<T>(IReadOnlyCollection<(T From, T To)> arrows) where T : notnull
    {
        ILookup<T, T> next = arrows.Where(arrow => !arrow.From.Equals(arrow.To)).ToLookup(arrow => arrow.From, arrow => arrow.To);
        Dictionary<T, HashSet<T>> reached = next.ToDictionary(from => from.Key, from => Reach(from.Key, next));
        return
        [
            .. reached.Where(from => from.Value.Contains(from.Key))
                .Select(from => (IReadOnlyList<T>)[.. reached.Keys.Where(to => from.Value.Contains(to) && reached[to].Contains(from.Key)).OrderBy(to => to.ToString(), StringComparer.Ordinal)])
                .DistinctBy(ring => string.Join(' ', ring)),
        ];
    }

    private static HashSet<T> Reach<T>(T from, ILookup<T, T> next) where T : notnull
    {
        HashSet<T> reached = [];
        Stack<T> open = new(next[from]);
        while (open.TryPop(out T? to))
        {
            if (!reached.Add(to))
                continue;
            foreach (T further in next[to])
                open.Push(further);
        }

        return reached;
    }
}
