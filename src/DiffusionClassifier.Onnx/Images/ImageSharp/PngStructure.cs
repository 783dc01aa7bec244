using System.Buffers.Binary;
using System.IO.Compression;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>
/// Whether a PNG is what its header claims. ImageSharp stops without a word where the data ends, so that is decompressed once more and
/// counted; and it writes past its rows if a second header makes them longer, and reads before an empty palette.
/// </summary>
internal static class PngStructure
{
    private const int Width = 0, Height = 4, Depth = 8, ColourType = 9, Interlace = 12, HeaderBytes = 13; // of IHDR
    private const int PaletteType = 3, ColourBytes = 3;
    private const int BitsInByte = 8;
    private const int BufferBytes = 64 * 1024;

    /// <summary>
    /// First column, first row, distance of columns, distance of rows: the seven images of an interlaced file, or the one.
    /// </summary>
    private static readonly (int X, int Y, int StepX, int StepY)[] Interlaced =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly (int X, int Y, int StepX, int StepY)[] Plain = [(0, 0, 1, 1)];

    /// <exception cref="InvalidDataException">The data cannot be unpacked.</exception>
    public static bool IsWhole(ReadOnlyMemory<byte> file)
    {
        using MemoryStream packed = new();
        if (!TryCollect(file, packed, out ReadOnlyMemory<byte> header))
            return false;
        packed.Position = 0;
        using ZLibStream pixels = new(packed, CompressionMode.Decompress);
        byte[] buffer = new byte[BufferBytes];
        long missing = UnpackedBytes(header.Span);
        while (missing > 0 && pixels.Read(buffer) is > 0 and int read)
            missing -= read;
        return missing <= 0;
    }

    /// <summary>Whether a sample has 16 bits, and whether a pixel has but one of them.</summary>
    public static (bool IsWide, bool IsGray) Samples(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> header = FileChunks.Of(ImageFormats.Png, file).First().Data.Span;
        return (header[Depth] > BitsInByte, header[ColourType] == 0);
    }

    /// <summary>Puts the pieces of pixel data together; false if the file has no end, or its parts do not belong together.</summary>
    private static bool TryCollect(ReadOnlyMemory<byte> file, Stream packed, out ReadOnlyMemory<byte> header)
    {
        header = default;
        bool hasPalette = false;
        foreach (FileChunk chunk in FileChunks.Of(ImageFormats.Png, file))
        {
            if (header.IsEmpty != chunk.Is("IHDR"u8))
                return false; // the header is the first and comes once
            if (header.IsEmpty)
                header = chunk.Data;
            if (header.Length != HeaderBytes)
                return false;
            if (chunk.Is("IEND"u8))
                return hasPalette || header.Span[ColourType] != PaletteType;
            if (chunk.Is("PLTE"u8))
            {
                if (chunk.Data.IsEmpty || chunk.Data.Length % ColourBytes != 0)
                    return false;
                hasPalette = true;
            }
            else if (chunk.Is("IDAT"u8))
            {
                packed.Write(chunk.Data.Span);
            }
        }

        return false;
    }

    /// <summary>Each row begins with a byte for its filter; rows without columns are left out.</summary>
    private static long UnpackedBytes(ReadOnlySpan<byte> header)
    {
        long width = BinaryPrimitives.ReadUInt32BigEndian(header[Width..]), height = BinaryPrimitives.ReadUInt32BigEndian(header[Height..]);
        int channels = header[ColourType] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        long bits = channels * header[Depth];
        return (header[Interlace] == 0 ? Plain : Interlaced).Sum(pass =>
        {
            long columns = Math.Max(0, (width - pass.X + pass.StepX - 1) / pass.StepX);
            long rows = Math.Max(0, (height - pass.Y + pass.StepY - 1) / pass.StepY);
            return columns == 0 ? 0 : rows * (1 + (columns * bits + BitsInByte - 1) / BitsInByte);
        });
    }
}
