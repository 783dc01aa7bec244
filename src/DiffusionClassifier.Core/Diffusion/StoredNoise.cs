namespace DiffusionClassifier.Core.Diffusion;

/// <summary>Noise draws given from outside, [count, length] in row order: the reference's <c>--noise_path</c>, and golden tests.</summary>
public sealed class StoredNoise(ReadOnlyMemory<float> bank, int length) : INoiseSource
{
    /// <summary>How many draws the bank holds.</summary>
    internal int Count { get; } = length > 0 && bank.Length % length == 0
        ? bank.Length / length
        : throw new ArgumentException($"A bank of {bank.Length} values does not divide into draws of {length}.", nameof(bank));

    public void Fill(int index, Span<float> destination)
    {
        if (index < 0 || index >= Count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The noise bank holds {Count} draws.");
        if (destination.Length != length)
            throw new ArgumentException($"A draw of this bank has {length} values, not {destination.Length}.", nameof(destination));
        bank.Span.Slice(index * length, length).CopyTo(destination);
    }
}
