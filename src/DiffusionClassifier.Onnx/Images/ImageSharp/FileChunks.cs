using System.Buffers.Binary;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>
/// What a file is made of, without looking into it and without copying: enough to find what ImageSharp is not asked for (metadata), does
/// not say (whether something is missing) or does not know (animations). A file that breaks off has no more pieces from there on.
/// </summary>
internal static class FileChunks
{
    private const byte Marker = 0xFF, FirstAlone = 0xD0, LastAlone = 0xD8;
    private const int MarkerBytes = 2, PngSignature = 8, PngFrame = 12, PngData = 8, RiffHeader = 12, RiffChunk = 8, NameBytes = 4;

    public static ReadOnlySpan<byte> StartOfScan => [0xDA];

    /// <param name="format">What <see cref="ImageFormats.Recognise"/> found.</param>
    /// <param name="file">The file's bytes.</param>
    public static IEnumerable<FileChunk> Of(string format, ReadOnlyMemory<byte> file) => format switch
    {
        ImageFormats.Jpeg => Jpeg(file),
        ImageFormats.Png => Png(file),
        _ => Riff(file[Math.Min(RiffHeader, file.Length)..]),
    };

    /// <summary>The chunks one after the other: of a WebP behind its header, or of a frame of an animation.</summary>
    public static IEnumerable<FileChunk> Riff(ReadOnlyMemory<byte> body)
    {
        while (body.Length >= RiffChunk)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(body.Span[NameBytes..]);
            if (length > body.Length - RiffChunk)
                yield break;
            yield return new FileChunk(body[..NameBytes], body.Slice(RiffChunk, (int)length));
            body = body[(int)Math.Min(RiffChunk + length + length % 2, (uint)body.Length)..];
        }
    }

    /// <summary>Up to the first scan, which is the last piece and has the rest of the file.</summary>
    private static IEnumerable<FileChunk> Jpeg(ReadOnlyMemory<byte> file)
    {
        for (int at = MarkerBytes; at + MarkerBytes + sizeof(ushort) <= file.Length;)
        {
            byte code = file.Span[at + 1];
            if (file.Span[at] != Marker || code == Marker)
            {
                at++; // padding
                continue;
            }

            at += MarkerBytes;
            if (code is 0 or 1 or (>= FirstAlone and <= LastAlone))
                continue;
            ReadOnlyMemory<byte> name = file.Slice(at - 1, 1);
            if (StartOfScan[0] == code)
            {
                yield return new FileChunk(name, file[at..]);
                yield break;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(file.Span[at..]);
            if (length < sizeof(ushort) || length > file.Length - at)
                yield break;
            yield return new FileChunk(name, file[(at + sizeof(ushort))..(at + length)]);
            at += length;
        }
    }

    private static IEnumerable<FileChunk> Png(ReadOnlyMemory<byte> file)
    {
        for (int at = PngSignature; at <= file.Length - PngFrame;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.Span[at..]);
            if (length > file.Length - at - PngFrame)
                yield break;
            yield return new FileChunk(file.Slice(at + sizeof(uint), NameBytes), file.Slice(at + PngData, (int)length));
            at += PngFrame + (int)length;
        }
    }
}
