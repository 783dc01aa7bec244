using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DiffusionClassifier.Onnx.Tests.Images;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>Damage inside a PNG's chunks, whose lengths and checksums are right again afterwards: it gets past the checks of the container.</summary>
internal static class PngMutation
{
    private const int HeaderLength = 13;
    private const int BombBytes = 4 << 20; // some kilobytes in the file

    private static readonly uint[] Sizes = [0, 1, 17, 300, 4096, 65535, 1_000_000, int.MaxValue, uint.MaxValue];
    private static readonly string[] Types = ["PLTE", "tRNS", "gAMA", "cHRM", "sBIT", "bKGD", "hIST", "pHYs", "sRGB", "acTL", "fcTL", "tEXt", "iTXt", "qqQq", "QQQQ"];

    private static readonly Action<List<(string Type, byte[] Data)>, Random>[] Edits = [ChangeHeader, ChangeHeader, ChangeData, ChangeData, ChangePixels, Insert, Insert, Remove, Repeat, Swap];

    public static byte[] Mutate(byte[] png, Random random)
    {
        if (Parse(png) is not { Count: > 0 } chunks)
            return ByteMutations.Mutate(png, random);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            if (chunks.Count > 0)
                random.Pick(Edits)(chunks, random);
        }

        return PngWriter.Assemble(chunks);
    }

    private static List<(string Type, byte[] Data)>? Parse(ReadOnlySpan<byte> png)
    {
        if (!png.StartsWith(PngWriter.Signature))
            return null;
        List<(string, byte[])> chunks = [];
        for (ReadOnlySpan<byte> rest = png[PngWriter.Signature.Length..]; rest.Length >= 12;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(rest);
            if (length < 0 || length > rest.Length - 12)
                break;
            chunks.Add((Encoding.Latin1.GetString(rest[4..8]), rest.Slice(8, length).ToArray()));
            rest = rest[(12 + length)..];
        }

        return chunks;
    }

    private static void ChangeHeader(List<(string Type, byte[] Data)> chunks, Random random)
    {
        if (chunks[0].Data is not { Length: HeaderLength } header)
            return;
        int field = random.Next(-2, 7); // sizes as often as all else
        if (field < 2)
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 * (field & 1)), random.Pick(Sizes));
        else
            header[6 + field] = (byte)random.Next(random.Chance(0.9) ? 20 : 256); // depth, colour type, compression, filter, interlace
    }

    private static void ChangeData(List<(string Type, byte[] Data)> chunks, Random random)
    {
        int index = random.Next(chunks.Count);
        chunks[index] = (chunks[index].Type, ByteMutations.Mutate(chunks[index].Data, random));
    }

    /// <summary>Filter bytes and samples rather than the compressed stream.</summary>
    private static void ChangePixels(List<(string Type, byte[] Data)> chunks, Random random)
    {
        int index = chunks.FindIndex(chunk => chunk.Type == "IDAT");
        if (index < 0)
            return;
        try
        {
            using MemoryStream pixels = new();
            using ZLibStream zlib = new(new MemoryStream(chunks[index].Data), CompressionMode.Decompress);
            zlib.CopyTo(pixels);
            chunks[index] = ("IDAT", PngWriter.Deflate(ByteMutations.Mutate(pixels.ToArray(), random)));
        }
        catch (InvalidDataException)
        {
            ChangeData(chunks, random); // damaged before
        }
    }

    private static void Insert(List<(string Type, byte[] Data)> chunks, Random random) =>
        chunks.Insert(random.Next(1, chunks.Count + 1), random.Next(6) switch
        {
            0 => ("eXIf", HostileExif.Make(random)),
            1 => ("iCCP", PngWriter.Profile(HostileProfile.Make(random))),
            2 => ("iCCP", PngWriter.Profile(new byte[BombBytes])),
            3 => ("zTXt", PngWriter.Profile(new byte[BombBytes])),
            _ => (random.Pick(Types), ByteMutations.RandomBytes(random, random.Next(40))),
        });

    private static void Remove(List<(string Type, byte[] Data)> chunks, Random random) => chunks.RemoveAt(random.Next(chunks.Count));

    private static void Repeat(List<(string Type, byte[] Data)> chunks, Random random) => chunks.Insert(random.Next(chunks.Count), random.Pick(chunks));

    private static void Swap(List<(string Type, byte[] Data)> chunks, Random random)
    {
        (int first, int second) = (random.Next(chunks.Count), random.Next(chunks.Count));
        (chunks[first], chunks[second]) = (chunks[second], chunks[first]);
    }
}
