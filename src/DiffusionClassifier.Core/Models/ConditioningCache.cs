using System.Diagnostics.CodeAnalysis;

namespace DiffusionClassifier.Core.Models;

/// <summary>
/// The conditionings of recently encoded prompts, by model and text; the least recently used ones are dropped when they take more than a
/// given number of bytes. Owned by the scheduler and used under its lock.
/// </summary>
/// <param name="capacity">The limit in bytes, at least 0.</param>
internal sealed class ConditioningCache(long capacity)
{
    private readonly Dictionary<(string Model, string Prompt), LinkedListNode<((string, string) Key, Conditioning Conditioning)>> _nodes
        = [];
    private readonly LinkedList<((string, string) Key, Conditioning Conditioning)> _recent = new();
    private long _bytes;

    /// <summary>How often a prompt was found.</summary>
    public long Hits { get; private set; }

    public bool TryGet(string model, string prompt, [NotNullWhen(true)] out Conditioning? conditioning)
    {
        conditioning = null;
        if (!_nodes.TryGetValue((model, prompt), out var node))
            return false;
        _recent.Remove(node);
        _recent.AddFirst(node);
        conditioning = node.Value.Conditioning;
        Hits++;
        return true;
    }

    public void Add(string model, string prompt, Conditioning conditioning)
    {
        if (_nodes.ContainsKey((model, prompt)))
            return; // two devices encoded the same text at once
        _nodes.Add((model, prompt), _recent.AddFirst(((model, prompt), conditioning)));
        _bytes += conditioning.SizeInBytes;
        while (_bytes > capacity && _recent.Last is { } oldest)
        {
            _recent.RemoveLast();
            _nodes.Remove(oldest.Value.Key);
            _bytes -= oldest.Value.Conditioning.SizeInBytes;
        }
    }
}
