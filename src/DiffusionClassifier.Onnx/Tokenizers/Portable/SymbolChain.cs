namespace DiffusionClassifier.Onnx.Tokenizers.Portable;

/// <summary>
/// The symbols of one word while they are merged: the pair of lowest rank first, of equal ones the leftmost (as tokenizers'
/// <c>Word::merge_all</c>). A linked list and a queue: n·log n, so that a text without spaces costs no more than another.
/// </summary>
internal sealed class SymbolChain
{
    private const int None = -1;

    private readonly int[] _symbols; // None where a symbol went into its left neighbour
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly IReadOnlyDictionary<(int Left, int Right), Merge> _merges;
    private readonly PriorityQueue<int, (int Rank, int Position)> _candidates = new();

    /// <param name="symbols">The initial symbols; changed by merging.</param>
    /// <param name="merges">The rules.</param>
    public SymbolChain(int[] symbols, IReadOnlyDictionary<(int Left, int Right), Merge> merges)
    {
        (_symbols, _merges) = (symbols, merges);
        _next = [.. Enumerable.Range(1, symbols.Length - 1), None];
        _previous = [None, .. Enumerable.Range(0, symbols.Length - 1)];
    }

    public int[] MergeAll()
    {
        for (int position = 0; position < _symbols.Length; position++)
            Offer(position);
        while (_candidates.TryDequeue(out int left, out (int Rank, int Position) offer))
        {
            // A symbol may have changed since the pair was offered.
            if (Find(left) is { } merge && merge.Rank == offer.Rank)
                Apply(left, merge.Id);
        }

        return Array.FindAll(_symbols, symbol => symbol != None);
    }

    private void Apply(int left, int merged)
    {
        int right = _next[left];
        _symbols[left] = merged;
        _symbols[right] = None;
        _next[left] = _next[right];
        if (_next[left] != None)
            _previous[_next[left]] = left;
        Offer(_previous[left]);
        Offer(left);
    }

    private void Offer(int left)
    {
        if (left != None && Find(left) is { } merge)
            _candidates.Enqueue(left, (merge.Rank, left));
    }

    private Merge? Find(int left) =>
        _next[left] != None && _merges.TryGetValue((_symbols[left], _symbols[_next[left]]), out Merge merge) ? merge : null;
}
