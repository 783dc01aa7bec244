using System.Buffers.Binary;
using System.Text;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>Damage to a WebP's RIFF chunks: sizes that lie, a canvas that its frames do not fit, hostile metadata.</summary>
internal static class WebPMutation
{
    private const int RiffBytes = 12, ChunkBytes = 8;

    private static readonly string[] Types = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP", "EXIF", "XMP ", "JUNK"];
    private static readonly Action<List<(string Type, byte[] Data)>, Random>[] Edits = [ChangeData, ChangeData, ChangeType, Insert, Insert, Remove, Repeat, Extend];

    public static byte[] Mutate(byte[] webp, Random random)
    {
        if (Parse(webp) is not { Count: > 0 } chunks)
            return ByteMutations.Mutate(webp, random);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            if (chunks.Count > 0)
                random.Pick(Edits)(chunks, random);
        }

        return Assemble(chunks, random);
    }

    private static List<(string Type, byte[] Data)>? Parse(ReadOnlySpan<byte> webp)
    {
        if (!webp.StartsWith("RIFF"u8) || webp.Length < RiffBytes)
            return null;
        List<(string, byte[])> chunks = [];
        for (ReadOnlySpan<byte> rest = webp[RiffBytes..]; rest.Length >= ChunkBytes;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            int padded = unchecked(length + (length & 1));
            if (padded < 0 || padded > rest.Length - ChunkBytes)
                break;
            chunks.Add((Encoding.Latin1.GetString(rest[..4]), rest.Slice(ChunkBytes, length).ToArray()));
            rest = rest[(ChunkBytes + padded)..];
        }

        return chunks;
    }

    // One size in ten is a lie.
    private static byte[] Assemble(List<(string Type, byte[] Data)> chunks, Random random)
    {
        byte[] body = [.. "WEBP"u8, .. chunks.SelectMany(chunk => (byte[])[.. Encoding.Latin1.GetBytes(chunk.Type), .. Size(chunk.Data.Length), .. chunk.Data, .. new byte[chunk.Data.Length & 1]])];
        return [.. "RIFF"u8, .. Size(body.Length), .. body];

        byte[] Size(int length)
        {
            var size = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(size, random.Chance(0.1) ? (uint)ByteMutations.Edge(random) : (uint)length);
            return size;
        }
    }

    private static void ChangeData(List<(string Type, byte[] Data)> chunks, Random random)
    {
        int index = random.Next(chunks.Count);
        chunks[index] = (chunks[index].Type, ByteMutations.Mutate(chunks[index].Data, random));
    }

    private static void ChangeType(List<(string Type, byte[] Data)> chunks, Random random)
    {
        int index = random.Next(chunks.Count);
        chunks[index] = (random.Pick(Types), chunks[index].Data);
    }

    private static void Insert(List<(string Type, byte[] Data)> chunks, Random random) => chunks.Insert(random.Next(chunks.Count + 1), random.Next(3) switch
    {
        0 => ("EXIF", [.. "Exif\0\0"u8, .. HostileExif.Make(random)]),
        1 => ("ICCP", HostileProfile.Make(random)),
        _ => (random.Pick(Types), ByteMutations.RandomBytes(random, random.Next(40))),
    });

    private static void Remove(List<(string Type, byte[] Data)> chunks, Random random) => chunks.RemoveAt(random.Next(chunks.Count));

    private static void Repeat(List<(string Type, byte[] Data)> chunks, Random random) => chunks.Insert(random.Next(chunks.Count), random.Pick(chunks));

    /// <summary>The extended header in front: flags, and a canvas of any size (24-bit width and height less one).</summary>
    private static void Extend(List<(string Type, byte[] Data)> chunks, Random random)
    {
        var header = new byte[10];
        header[0] = (byte)random.Next(256);
        if (random.Chance(0.5))
            random.NextBytes(header.AsSpan(4));
        else
            (header[4], header[7]) = (15, 15);
        chunks.Insert(0, ("VP8X", header));
    }
}
