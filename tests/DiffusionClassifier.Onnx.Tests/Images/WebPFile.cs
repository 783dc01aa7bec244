using System.Buffers.Binary;
using System.Text;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Puts WebP files together from chunks (WebP container specification).</summary>
internal static class WebPFile
{
    private const byte Animated = 0x02, Alpha = 0x10;
    private const int RiffHeader = 12, ChunkHeader = 8;

    /// <summary>The chunk of a simple file: its only one.</summary>
    public static (string Type, byte[] Data) Picture(byte[] simple) =>
        (Encoding.Latin1.GetString(simple, RiffHeader, 4), simple.AsSpan(RiffHeader + ChunkHeader, BinaryPrimitives.ReadInt32LittleEndian(simple.AsSpan(RiffHeader + 4))).ToArray());

    public static byte[] Extended(int width, int height, byte flags, params (string Type, byte[] Data)[] chunks) =>
        Assemble([("VP8X", [flags, 0, 0, 0, .. Number(width - 1), .. Number(height - 1)]), .. chunks]);

    /// <param name="width">Of the canvas.</param>
    /// <param name="height">Of the canvas.</param>
    /// <param name="alpha">Whether the file says that something is transparent.</param>
    /// <param name="frames">Simple files of 2×1 pixels, and where they lie: at even places.</param>
    public static byte[] Animation(int width, int height, bool alpha, params (int Left, int Top, byte[] File)[] frames) =>
        Extended(width, height, (byte)(Animated | (alpha ? Alpha : 0)), [("ANIM", new byte[6]), .. frames.Select(frame =>
            ("ANMF", (byte[])[.. Number(frame.Left / 2), .. Number(frame.Top / 2), .. Number(1), .. Number(0), .. Number(100), 0, .. Chunk(Picture(frame.File))]))]);

    public static byte[] Assemble(params (string Type, byte[] Data)[] chunks)
    {
        byte[] body = [.. "WEBP"u8, .. chunks.SelectMany(Chunk)];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    private static byte[] Chunk((string Type, byte[] Data) chunk) =>
        [.. Encoding.Latin1.GetBytes(chunk.Type), .. BitConverter.GetBytes(chunk.Data.Length), .. chunk.Data, .. new byte[chunk.Data.Length & 1]];

    // 24 bits, the lowest first.
    private static byte[] Number(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
}
