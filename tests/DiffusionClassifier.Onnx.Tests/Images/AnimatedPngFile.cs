using System.Buffers.Binary;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Writes animated PNG files (PNG, third edition, 11.3.6).</summary>
internal static class AnimatedPngFile
{
    /// <param name="width">Of every frame.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="frames">RGB of every frame, row by row.</param>
    public static byte[] Write(int width, int height, params byte[][] frames)
    {
        List<(string, byte[])> chunks = [("IHDR", [.. Number(width), .. Number(height), 8, PngWriter.Rgb, 0, 0, 0]), ("acTL", [.. Number(frames.Length), .. Number(0)])];
        int sequence = 0;
        foreach (byte[] frame in frames)
        {
            byte[] pixels = PngWriter.Deflate([.. frame.Chunk(3 * width).SelectMany(row => (byte[])[0, .. row])]);
            chunks.Add(("fcTL", [.. Number(sequence++), .. Number(width), .. Number(height), .. Number(0), .. Number(0), 0, 100, 3, 232, 0, 0]));
            chunks.Add(frame == frames[0] ? ("IDAT", pixels) : ("fdAT", [.. Number(sequence++), .. pixels]));
        }

        return PngWriter.Assemble([.. chunks, ("IEND", [])]);
    }

    /// <summary>The same without the first fcTL: its first picture is then in front of the animation, and one for those who know none.</summary>
    public static byte[] WithoutControl(byte[] file)
    {
        const int Name = 4, Chunk = 12 + 26;
        int at = file.AsSpan().IndexOf("fcTL"u8) - Name;
        return [.. file[..at], .. file[(at + Chunk)..]];
    }

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
