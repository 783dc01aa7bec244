using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// The conditionings of prompts that were encoded lately, the least recently used ones dropped when they take more than a bound of bytes.
/// Owned by one <see cref="BatchRunner"/> and used on its thread alone.
/// </summary>
/// <param name="capacity">The bound in bytes, at least 0.</param>
internal sealed class ConditioningCache(long capacity)
{
    private readonly Dictionary<string, LinkedListNode<(string Prompt, Conditioning Conditioning)>> _nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Prompt, Conditioning Conditioning)> _recent = new();
    private long _bytes;

    /// <summary>One conditioning for each prompt, in order; only what is not cached is handed to <paramref name="encode"/>, each prompt once.</summary>
    public IReadOnlyList<Conditioning> Get(IReadOnlyList<string> prompts, Func<IReadOnlyList<string>, IReadOnlyList<Conditioning>> encode)
    {
        string[] missing = [.. prompts.Where(prompt => !_nodes.ContainsKey(prompt)).Distinct(StringComparer.Ordinal)];
        IReadOnlyList<Conditioning> encoded = missing.Length == 0 ? [] : encode(missing);
        var fresh = missing.Zip(encoded).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        Conditioning[] result = [.. prompts.Select(prompt => fresh.TryGetValue(prompt, out Conditioning? conditioning) ? conditioning : Touch(prompt))];
        foreach ((string prompt, Conditioning conditioning) in fresh)
            Add(prompt, conditioning);
        return result;
    }

    private Conditioning Touch(string prompt)
    {
        LinkedListNode<(string, Conditioning Conditioning)> node = _nodes[prompt];
        _recent.Remove(node);
        _recent.AddFirst(node);
        return node.Value.Conditioning;
    }

    private void Add(string prompt, Conditioning conditioning)
    {
        _nodes.Add(prompt, _recent.AddFirst((prompt, conditioning)));
        _bytes += conditioning.SizeInBytes;
        while (_bytes > capacity && _recent.Last is { } oldest)
        {
            _recent.RemoveLast();
            _nodes.Remove(oldest.Value.Prompt);
            _bytes -= oldest.Value.Conditioning.SizeInBytes;
        }
    }
}
