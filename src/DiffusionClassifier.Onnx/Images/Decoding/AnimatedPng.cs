using System.Buffers.Binary;

namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>
/// How many pictures a PNG has: libraries that know no animated PNG show its first and say nothing. PNG, third edition, 11.3.6: the chunk
/// acTL, in front of the pixels, has their number. A picture without fcTL in front of it is none of them: it is for libraries that show
/// no other.
/// </summary>
internal static class AnimatedPng
{
    private const int Signature = 8, Frame = 12, Name = 4, Data = 8, ControlBytes = 8; // a frame: length, name and checksum of a chunk

    /// <param name="file">The file's bytes.</param>
    /// <returns>1 for a picture that does not move.</returns>
    public static int Frames(ReadOnlySpan<byte> file)
    {
        (int frames, bool isFrame) = (0, false);
        for (int at = Signature; at <= file.Length - Frame;)
        {
            ReadOnlySpan<byte> chunk = file[at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (length > chunk.Length - Frame || chunk[Name..].StartsWith("IDAT"u8))
                break;
            if (chunk[Name..].StartsWith("acTL"u8) && length >= ControlBytes)
                frames = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(chunk[Data..]), int.MaxValue - 1);
            isFrame |= chunk[Name..].StartsWith("fcTL"u8);
            at += Frame + (int)length;
        }

        return isFrame ? Math.Max(1, frames) : frames + 1;
    }
}
