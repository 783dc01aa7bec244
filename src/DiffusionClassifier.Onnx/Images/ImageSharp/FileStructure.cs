using System.Buffers.Binary;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>What ImageSharp does not check: whether a file is complete. It silently fills in what is missing.</summary>
internal static class FileStructure
{
    private const int RiffHeader = 8, WebPHeader = 12;

    private static ReadOnlySpan<byte> JpegEndOfImage => [0xFF, 0xD9];

    /// <summary>Whether nothing was cut off.</summary>
    /// <param name="format">What <see cref="ImageFormats.Recognise"/> found.</param>
    /// <param name="file">The file's bytes.</param>
    /// <exception cref="InvalidDataException">A PNG's data cannot be unpacked.</exception>
    public static bool IsWhole(string format, ReadOnlyMemory<byte> file) => format switch
    {
        ImageFormats.Jpeg => JpegEnds(file),
        ImageFormats.Png => PngStructure.IsWhole(file),
        _ => file.Length >= WebPHeader && RiffHeader + (long)BinaryPrimitives.ReadUInt32LittleEndian(file.Span[4..]) <= file.Length,
    };

    /// <summary>Behind the beginning of the first scan, as a thumbnail before it has an end of its own.</summary>
    private static bool JpegEnds(ReadOnlyMemory<byte> file)
    {
        FileChunk last = FileChunks.Of(ImageFormats.Jpeg, file).LastOrDefault();
        return last.Is(FileChunks.StartOfScan) && last.Data.Span.IndexOf(JpegEndOfImage) >= 0;
    }
}
