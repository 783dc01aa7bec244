using System.Buffers.Binary;
using System.IO.Compression;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Writes PNG files for tests: any colour type and bit depth, and any further chunk, also ones that lie.</summary>
internal static class PngWriter
{
    public const byte Gray = 0, Rgb = 2, Palette = 3, GrayAlpha = 4, Rgba = 6;

    /// <summary>The first bytes of every PNG file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <param name="width">Width in pixels, as the header claims it.</param>
    /// <param name="height">Height in pixels, as the header claims it.</param>
    /// <param name="colourType">One of the constants.</param>
    /// <param name="bitDepth">Bits a sample.</param>
    /// <param name="samples">Rows of packed samples without filter bytes, as many as there are.</param>
    /// <param name="chunks">Chunks between the header and the pixels.</param>
    public static byte[] Write(int width, int height, byte colourType, byte bitDepth, ReadOnlySpan<byte> samples, params (string Type, byte[] Data)[] chunks)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bitDepth, colourType);
        int bands = colourType switch { Rgb => 3, GrayAlpha => 2, Rgba => 4, _ => 1 };
        return Assemble([("IHDR", header), .. chunks, ("IDAT", Compress(samples, (width * bands * bitDepth + 7) / 8)), ("IEND", [])]);
    }

    /// <summary>The signature and the chunks, each with its length and checksum.</summary>
    public static byte[] Assemble(IEnumerable<(string Type, byte[] Data)> chunks)
    {
        using MemoryStream file = new();
        file.Write(Signature);
        foreach ((string type, byte[] data) in chunks)
            WriteChunk(file, type, data);
        return file.ToArray();
    }

    /// <summary>An EXIF block that says nothing but the orientation (TIFF, little-endian, one entry of tag 0x0112).</summary>
    public static byte[] Exif(byte orientation) =>
        [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>The content of an iCCP chunk: a name, a zero, the method (0), the compressed profile.</summary>
    public static byte[] Profile(byte[] profile) => [(byte)'p', 0, 0, .. Deflate(profile)];

    private static byte[] Compress(ReadOnlySpan<byte> samples, int rowBytes)
    {
        int rows = samples.Length / rowBytes;
        byte[] filtered = new byte[rows * (rowBytes + 1)];
        for (int row = 0; row < rows; row++)
            samples.Slice(row * rowBytes, rowBytes).CopyTo(filtered.AsSpan(row * (rowBytes + 1) + 1));
        return Deflate(filtered);
    }

    public static byte[] Deflate(ReadOnlySpan<byte> data)
    {
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Fastest))
            zlib.Write(data);
        return compressed.ToArray();
    }

    private static void WriteChunk(Stream file, string type, byte[] data)
    {
        byte[] typed = [.. type.Select(letter => (byte)letter), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(typed));
        file.Write(number);
    }

    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
