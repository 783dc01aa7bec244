using System.Buffers.Binary;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>
/// What ImageSharp does not say: whether a file goes on to its end (it fills what is missing and is silent), and how many frames an
/// animation has.
/// </summary>
internal static class FileStructure
{
    private const int RiffHeader = 8, WebPHeader = 12, RiffChunkHeader = 8;
    private const byte JpegMarker = 0xFF, JpegStartOfScan = 0xDA;

    private static ReadOnlySpan<byte> JpegEndOfImage => [JpegMarker, 0xD9];

    /// <summary>Whether nothing was cut off.</summary>
    /// <param name="format">What <see cref="ImageFormats.Recognise"/> found.</param>
    /// <param name="file">The file's bytes.</param>
    /// <exception cref="InvalidDataException">A PNG's data cannot be unpacked.</exception>
    public static bool IsWhole(string format, ReadOnlySpan<byte> file) => format switch
    {
        ImageFormats.Jpeg => JpegEnds(file),
        ImageFormats.Png => PngPixelData.IsComplete(file),
        _ => file.Length >= WebPHeader && RiffHeader + (long)BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) <= file.Length,
    };

    /// <summary>The frames of an animated WebP; 0 for a picture that does not move.</summary>
    public static int CountFrames(ReadOnlySpan<byte> webP)
    {
        int frames = 0;
        for (long position = WebPHeader; position + RiffChunkHeader <= webP.Length;)
        {
            ReadOnlySpan<byte> chunk = webP[(int)position..];
            if (chunk.StartsWith("ANMF"u8))
                frames++;
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            position += RiffChunkHeader + length + length % 2;
        }

        return frames;
    }

    /// <summary>From segment to segment up to the first scan, as a thumbnail in front of it has an end of its own.</summary>
    private static bool JpegEnds(ReadOnlySpan<byte> file)
    {
        int position = 2;
        while (position + 4 <= file.Length)
        {
            ReadOnlySpan<byte> segment = file[position..];
            if (segment[0] != JpegMarker || segment[1] == JpegMarker)
                position++; // padding
            else if (segment[1] == JpegStartOfScan)
                return segment.IndexOf(JpegEndOfImage) >= 0;
            else
                position += 2 + BinaryPrimitives.ReadUInt16BigEndian(segment[2..]);
        }

        return false;
    }
}
