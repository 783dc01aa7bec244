using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Core.Scoring;

/// <summary>Uniform permutations that a seed decides. Stateless.</summary>
public static class SeededOrder
{
    /// <summary>
    /// Fisher–Yates; each choice takes 64 fresh bits, of which the multiplication keeps the high part: the bias is below n·2⁻⁶⁴.
    /// </summary>
    /// <typeparam name="T">Anything.</typeparam>
    /// <param name="items">Shuffled in place.</param>
    /// <param name="seed">Of the permutation.</param>
    /// <param name="stream">What it is for: the streams of a seed are independent.</param>
    public static void Shuffle<T>(T[] items, ulong seed, RandomPurpose stream)
    {
        ArgumentNullException.ThrowIfNull(items);
        for (int i = items.Length - 1; i > 0; i--)
        {
            (uint low, uint high, _, _) = Philox.Block(seed, (uint)i, 0, 0, (uint)stream);
            int j = (int)Math.BigMul((ulong)high << 32 | low, (ulong)i + 1, out _);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
