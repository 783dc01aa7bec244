namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>Takes tokens as long as there is room, and keeps counting after that.</summary>
internal ref struct TokenSink(Span<long> room)
{
    private readonly Span<long> _room = room;

    public int Count { get; private set; }

    public void Add(int[] ids)
    {
        foreach (int id in ids)
            Add(id);
    }

    /// <summary>Nothing happens if there is no token.</summary>
    public void Add(SpecialToken? token)
    {
        if (token is not null)
            Add(token.Id);
    }

    private void Add(int id)
    {
        if (Count < _room.Length)
            _room[Count] = id;
        Count++;
    }
}
