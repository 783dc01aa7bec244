using System.Buffers.Binary;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>
/// EXIF blocks whose entries lie: impossible types, counts and offsets, directories that lead to themselves. Layout: TIFF 6.0, section 2.
/// </summary>
internal static class HostileExif
{
    private const int EntryBytes = 12, HeaderBytes = 8, MostEntries = 12;
    private const ushort Orientation = 0x0112, ExifDirectory = 0x8769, GpsDirectory = 0x8825, Thumbnail = 0x0201, ThumbnailLength = 0x0202, MakerNote = 0x927C;

    private static readonly ushort[] Tags = [Orientation, Orientation, Orientation, ExifDirectory, GpsDirectory, Thumbnail, ThumbnailLength, MakerNote, 0x011A, 0];

    public static byte[] Make(Random random)
    {
        bool little = random.Chance(0.5);
        int entries = random.Next(MostEntries);
        var block = new byte[HeaderBytes + 2 + entries * EntryBytes + 4 + random.Next(64)];
        (little ? "II*\0"u8 : "MM\0*"u8).CopyTo(block);
        Write(4, HeaderBytes, 4);
        Write(HeaderBytes, random.Chance(0.9) ? (uint)entries : (uint)ByteMutations.Edge(random), 2);
        for (int entry = 0; entry < entries; entry++)
        {
            int at = HeaderBytes + 2 + entry * EntryBytes;
            Write(at, random.Pick(Tags), 2);
            Write(at + 2, random.Chance(0.5) ? 3u : (uint)random.Next(16), 2); // 3: a 16-bit number, which an orientation is
            Write(at + 4, random.Chance(0.5) ? 1u : (uint)ByteMutations.Edge(random), 4);
            Write(at + 8, Value(random), 4);
        }

        // The next directory: none, itself, or anywhere.
        Write(HeaderBytes + 2 + entries * EntryBytes, random.Pick((uint[])[0, HeaderBytes, Value(random)]), 4);
        return block;

        void Write(int at, uint value, int bytes)
        {
            if (!little)
                value <<= 8 * (4 - bytes);
            Span<byte> number = stackalloc byte[4];
            if (little)
                BinaryPrimitives.WriteUInt32LittleEndian(number, value);
            else
                BinaryPrimitives.WriteUInt32BigEndian(number, value);
            number[..bytes].CopyTo(block.AsSpan(at));
        }
    }

    // Orientations 0 to 9, offsets into the block, and the edges.
    private static uint Value(Random random) => random.Next(3) switch
    {
        0 => (uint)random.Next(10),
        1 => (uint)random.Next(256),
        _ => (uint)ByteMutations.Edge(random),
    };
}
