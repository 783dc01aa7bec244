namespace DiffusionClassifier.Core.Admission;

/// <summary>A request that asks to be admitted. Used by one thread.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Priority">Its class.</param>
/// <param name="Rows">What it may cost at most.</param>
/// <param name="SecondsPerRow">Seconds that all devices together take for one of these rows; 0 where that is not known yet.</param>
internal sealed record Candidate(Caller Caller, PriorityClass Priority, long Rows, double SecondsPerRow)
{
    private const int Enough = 1 << 16; // bytes that tell image files apart; hashing takes microseconds, whatever the size of the file

    private int? _question;

    /// <summary>What several requests are parts of, if they count as one of their tenant.</summary>
    public object? Group { get; init; }

    /// <summary>The image file.</summary>
    public ReadOnlyMemory<byte> Image { get; init; }

    /// <summary>Its seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Device seconds that it costs, 0 where that is not known.</summary>
    public double Seconds => Rows * SecondsPerRow;

    /// <summary>Recognizes the request when it is sent again. Two may share a number by chance; then they share a turn.</summary>
    public int Question => _question ??= Hash();

    private int Hash()
    {
        var hash = new HashCode();
        hash.Add(Caller.Tenant);
        hash.Add(Rows);
        hash.Add(Seed);
        hash.Add(Image.Length);
        hash.AddBytes(Image.Span[..Math.Min(Image.Length, Enough)]);
        return hash.ToHashCode();
    }
}
