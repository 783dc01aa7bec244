using System.Buffers.Binary;
using System.IO.Compression;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>
/// Whether a PNG holds all pixels that its header claims. ImageSharp decodes into memory that it has not cleared and stops without a word
/// where the data ends: the rest would be what an earlier picture left there. So the data is unpacked once more, and counted.
/// </summary>
internal static class PngPixelData
{
    private const int Signature = 8, ChunkFrame = 12, ChunkData = 8; // a chunk: length, type, data, checksum
    private const int Width = 16, Height = 20, Depth = 24, ColourType = 25, Interlace = 28, HeaderEnd = 33;
    private const int BitsInByte = 8;
    private const int BufferBytes = 64 * 1024;

    /// <summary>First column, first row, distance of columns, distance of rows: the seven pictures of an interlaced file, or the one.</summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] Interlaced =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly (int X, int Y, int StepX, int StepY)[] Plain = [(0, 0, 1, 1)];

    /// <exception cref="InvalidDataException">The data cannot be unpacked.</exception>
    public static bool IsComplete(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderEnd || !file[(Signature + sizeof(uint))..].StartsWith("IHDR"u8))
            return false;
        using MemoryStream packed = new();
        if (!Collect(file, packed))
            return false;
        packed.Position = 0;
        using ZLibStream pixels = new(packed, CompressionMode.Decompress);
        byte[] buffer = new byte[BufferBytes];
        long missing = UnpackedBytes(file);
        while (missing > 0 && pixels.Read(buffer) is > 0 and int read)
            missing -= read;
        return missing <= 0;
    }

    /// <summary>Puts the pieces of pixel data together; false where the file has no end.</summary>
    private static bool Collect(ReadOnlySpan<byte> file, Stream packed)
    {
        for (long position = Signature; position + ChunkFrame <= file.Length;)
        {
            ReadOnlySpan<byte> chunk = file[(int)position..];
            ReadOnlySpan<byte> type = chunk.Slice(sizeof(uint), sizeof(uint));
            if (type.SequenceEqual("IEND"u8))
                return true;
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            position += ChunkFrame + (long)length;
            if (type.SequenceEqual("IDAT"u8) && position <= file.Length)
                packed.Write(chunk.Slice(ChunkData, (int)length));
        }

        return false;
    }

    /// <summary>Each row has a byte for its filter in front; rows of no columns are left out.</summary>
    private static long UnpackedBytes(ReadOnlySpan<byte> file)
    {
        long width = BinaryPrimitives.ReadUInt32BigEndian(file[Width..]), height = BinaryPrimitives.ReadUInt32BigEndian(file[Height..]);
        int channels = file[ColourType] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        long bits = channels * file[Depth];
        return (file[Interlace] == 0 ? Plain : Interlaced).Sum(pass =>
        {
            long columns = Math.Max(0, (width - pass.X + pass.StepX - 1) / pass.StepX);
            long rows = Math.Max(0, (height - pass.Y + pass.StepY - 1) / pass.StepY);
            return columns == 0 ? 0 : rows * (1 + (columns * bits + BitsInByte - 1) / BitsInByte);
        });
    }
}
