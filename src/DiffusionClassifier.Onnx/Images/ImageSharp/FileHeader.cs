using System.Buffers.Binary;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>The size that a file claims: it bounds the memory that ImageSharp gets, so that it cannot be the one to say it.</summary>
internal static class FileHeader
{
    private const int PngHeader = 13;

    // SOF0 to SOF15, among which three codes mean something else; precision (1 byte), height, width.
    private const byte FirstFrame = 0xC0, LastFrame = 0xCF;
    private const int FrameHeight = 1, FrameWidth = 3, FrameBytes = 6;

    /// <summary>Width and height, both at least 1; null if the header is damaged.</summary>
    public static (int Width, int Height)? Size(string format, ReadOnlyMemory<byte> file)
    {
        (int Width, int Height)? size = format switch
        {
            ImageFormats.Jpeg => Jpeg(file),
            ImageFormats.Png => Png(file),
            _ => WebPStill.Of(file) is { } still ? (still.Width, still.Height) : null,
        };
        return size is { Width: > 0, Height: > 0 } ? size : null;
    }

    private static (int, int)? Png(ReadOnlyMemory<byte> file)
    {
        FileChunk first = FileChunks.Of(ImageFormats.Png, file).FirstOrDefault();
        if (!first.Is("IHDR"u8) || first.Data.Length != PngHeader)
            return null;
        return (BinaryPrimitives.ReadInt32BigEndian(first.Data.Span), BinaryPrimitives.ReadInt32BigEndian(first.Data.Span[sizeof(int)..]));
    }

    private static (int, int)? Jpeg(ReadOnlyMemory<byte> file)
    {
        foreach (FileChunk segment in FileChunks.Of(ImageFormats.Jpeg, file))
        {
            ReadOnlySpan<byte> data = segment.Data.Span;
            if (segment.Name.Span[0] is >= FirstFrame and <= LastFrame and not (0xC4 or 0xC8 or 0xCC) && data.Length >= FrameBytes)
            {
                return (BinaryPrimitives.ReadUInt16BigEndian(data[FrameWidth..]),
                    BinaryPrimitives.ReadUInt16BigEndian(data[FrameHeight..]));
            }
        }

        return null;
    }
}
