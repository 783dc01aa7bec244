using System.Buffers.Binary;

namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>
/// How many pictures a PNG has: libraries that know no animated PNG show its first and say nothing. PNG, third edition, 11.3.6: the chunk
/// acTL, in front of the pixels, has their number.
/// </summary>
internal static class AnimatedPng
{
    private const int Signature = 8, Frame = 12, Name = 4, Data = 8, ControlBytes = 8; // a frame: length, name and checksum of a chunk

    /// <param name="file">The file's bytes.</param>
    /// <returns>1 for a picture that does not move.</returns>
    public static int Frames(ReadOnlySpan<byte> file)
    {
        for (int at = Signature; at <= file.Length - Frame;)
        {
            ReadOnlySpan<byte> chunk = file[at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (length > chunk.Length - Frame || chunk[Name..].StartsWith("IDAT"u8))
                break;
            if (chunk[Name..].StartsWith("acTL"u8) && length >= ControlBytes)
                return (int)Math.Clamp(BinaryPrimitives.ReadUInt32BigEndian(chunk[Data..]), 1, int.MaxValue);
            at += Frame + (int)length;
        }

        return 1;
    }
}
