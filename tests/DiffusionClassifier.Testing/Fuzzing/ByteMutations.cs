using System.Buffers.Binary;

namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>Damage that needs no knowledge of the format. Every result is a new array.</summary>
public static class ByteMutations
{
    private const int MostMutations = 4;
    private const int LongestInsertion = 64;

    private static readonly Func<byte[], Random, byte[]>[] All = [FlipBit, SetByte, SetNumber, Truncate, Remove, Repeat, Insert];

    // The edges of signed and unsigned numbers of all widths, where length checks overflow.
    private static readonly ulong[] Edges =
    [
        0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0xFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1_0000_0001, 0x1_0000_0010, long.MaxValue, ulong.MaxValue,
    ];

    /// <summary>One to four of all kinds.</summary>
    public static byte[] Mutate(byte[] bytes, Random random)
    {
        for (int i = random.Next(1, MostMutations + 1); i > 0; i--)
            bytes = random.Pick(All)(bytes, random);
        return bytes;
    }

    /// <summary>The beginning of one and the end of the other.</summary>
    public static byte[] Splice(byte[] first, byte[] second, Random random) =>
        [.. first[..random.Next(first.Length + 1)], .. second[random.Next(second.Length + 1)..]];

    /// <summary>A number at the edge of some width.</summary>
    public static ulong Edge(Random random) => random.Pick(Edges);

    public static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] FlipBit(byte[] bytes, Random random) => Change(bytes, random, value => (byte)(value ^ (1 << random.Next(8))));

    private static byte[] SetByte(byte[] bytes, Random random) => Change(bytes, random, _ => (byte)random.Next(256));

    private static byte[] Change(byte[] bytes, Random random, Func<byte, byte> change)
    {
        byte[] changed = [.. bytes];
        if (changed.Length > 0)
        {
            int at = random.Next(changed.Length);
            changed[at] = change(changed[at]);
        }

        return changed;
    }

    /// <summary>An edge of 1, 2, 4 or 8 bytes in either byte order.</summary>
    private static byte[] SetNumber(byte[] bytes, Random random)
    {
        var number = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, Edge(random));
        Array.Resize(ref number, 1 << random.Next(4));
        if (random.Next(2) == 0)
            Array.Reverse(number);
        byte[] changed = [.. bytes];
        if (changed.Length >= number.Length)
            number.CopyTo(changed, random.Next(changed.Length - number.Length + 1));
        return changed;
    }

    private static byte[] Truncate(byte[] bytes, Random random) => bytes[..random.Next(bytes.Length + 1)];

    private static byte[] Remove(byte[] bytes, Random random)
    {
        (int from, int to) = Range(bytes, random);
        return [.. bytes[..from], .. bytes[to..]];
    }

    private static byte[] Repeat(byte[] bytes, Random random)
    {
        (int from, int to) = Range(bytes, random);
        return [.. bytes[..to], .. bytes[from..]];
    }

    private static byte[] Insert(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length + 1);
        return [.. bytes[..at], .. RandomBytes(random, random.Next(LongestInsertion)), .. bytes[at..]];
    }

    private static (int From, int To) Range(byte[] bytes, Random random)
    {
        int from = random.Next(bytes.Length + 1);
        return (from, random.Next(from, Math.Min(bytes.Length, from + LongestInsertion) + 1));
    }
}
