using CsCheck;

namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>
/// Random numbers as a sequence of choices, each below the bound that was asked for: first those that are given, then fresh ones, or 0 for
/// each where there are none. So fewer and smaller choices make a simpler case, whatever it is that is made of them.
/// </summary>
/// <param name="given">Dealt first; one that is too large for what is asked becomes the largest that is not.</param>
/// <param name="fresh">Where the others come from.</param>
public sealed class ChoiceRandom(IReadOnlyList<ulong> given, PCG? fresh = null) : Random(0)
{
    private const int Fractions = 1 << 10; // finer ones would make no other cases, but be slow to become smaller

    private readonly List<ulong> _dealt = [];

    /// <summary>What was dealt, without the zeros at the end: the same again where it is given.</summary>
    public ulong[] Dealt => [.. _dealt.Take(_dealt.FindLastIndex(choice => choice != 0) + 1)];

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue) => Next(0, maxValue);

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue) => NextInt64(0, maxValue);

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return unchecked(minValue + (long)Deal((ulong)(maxValue - minValue)));
    }

    public override double NextDouble() => Sample();

    public override float NextSingle() => (float)Sample();

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    /// <summary>One choice, however many bytes: they are all 0, or follow from it.</summary>
    public override void NextBytes(Span<byte> buffer)
    {
        ulong choice = Deal(1UL << 32);
        if (choice == 0)
        {
            buffer.Clear();
            return;
        }

        PCG bytes = new(0, choice);
        foreach (ref byte value in buffer)
            value = (byte)bytes.Next();
    }

    protected override double Sample() => Deal(Fractions) / (double)Fractions;

    private ulong Deal(ulong bound)
    {
        if (bound <= 1)
            return 0; // not a choice
        ulong choice = _dealt.Count < given.Count ? Math.Min(given[_dealt.Count], bound - 1) : fresh?.Next64(bound) ?? 0;
        _dealt.Add(choice);
        return choice;
    }
}
