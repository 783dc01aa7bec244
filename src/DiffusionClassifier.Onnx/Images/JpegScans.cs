using System.Buffers.Binary;

namespace DiffusionClassifier.Onnx.Images;

/// <summary>
/// Counts the scans of a JPEG file. Each scan of a progressive picture is a pass over all its pixels and may be a hundred bytes long, and the
/// standard allows some thousands: minutes of work in a file of a megabyte. Markers and segments: ITU T.81, annex B.
/// </summary>
internal static class JpegScans
{
    /// <summary>Cameras write one and encoders that try hard some twenty.</summary>
    public const int Most = 100;

    private const byte Marker = 0xFF, EndOfImage = 0xD9, StartOfScan = 0xDA, FirstRestart = 0xD0, StartOfImage = 0xD8;

    /// <summary>Scans up to the end of the (first) image: what is in its metadata, or behind it, is not looked at.</summary>
    public static int Count(ReadOnlySpan<byte> file)
    {
        int scans = 0;
        while (Next(ref file) is { } marker && marker != EndOfImage)
        {
            if (marker == StartOfScan)
                scans++;
            if (file.Length < sizeof(ushort))
                break;
            file = file[Math.Min(file.Length, BinaryPrimitives.ReadUInt16BigEndian(file))..];
        }

        return scans;
    }

    /// <summary>Moves behind the next marker that has a segment or ends the image; null at the end of the file.</summary>
    private static byte? Next(ref ReadOnlySpan<byte> rest)
    {
        for (int at = rest.IndexOf(Marker); at >= 0 && at + 1 < rest.Length; at = rest.IndexOf(Marker))
        {
            byte code = rest[at + 1];
            bool fill = code == Marker;
            rest = rest[(at + (fill ? 1 : 2))..];
            // A zero says that the 0xFF was data; restarts and the image's start stand alone.
            if (!fill && code is not (0 or 1 or (>= FirstRestart and <= StartOfImage)))
                return code;
        }

        return null;
    }
}
