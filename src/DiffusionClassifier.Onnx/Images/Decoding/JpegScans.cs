using System.Buffers.Binary;

namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>
/// How a JPEG file stores its pixels. Each scan of a progressive image is a pass over all its pixels and may be a hundred bytes long, and
/// the standard allows some thousands: minutes of work in a file of a megabyte. Markers and segments: ITU T.81, annex B.
/// </summary>
/// <param name="Count">Scans up to the end of the (first) image: what is in its metadata, or behind it, is not looked at.</param>
/// <param name="Components">Colors of the frame: 1, 3 or 4; 0 if the file has no frame.</param>
/// <param name="AreSpread">No scan has all of a pixel: decoders keep the coefficients of the whole image until the last one.</param>
internal readonly record struct JpegScans(int Count, int Components, bool AreSpread)
{
    /// <summary>Cameras write one and encoders that try hard some twenty.</summary>
    public const int Most = 100;

    private const byte Marker = 0xFF, EndOfImage = 0xD9, StartOfScan = 0xDA, FirstRestart = 0xD0, StartOfImage = 0xD8;

    // From the length of a segment on: that (2 bytes), and before the frame's components its precision (1), height (2) and width (2).
    private const int FrameComponents = 7, ScanComponents = 2;

    public static JpegScans Of(ReadOnlySpan<byte> file)
    {
        JpegScans found = default;
        while (Next(ref file) is { } marker && marker != EndOfImage)
        {
            if (IsFrame(marker) && file.Length > FrameComponents)
                found = found with { Components = file[FrameComponents], AreSpread = IsProgressive(marker) };
            if (marker == StartOfScan)
            {
                bool isPart = file.Length > ScanComponents && file[ScanComponents] < found.Components;
                found = found with { Count = found.Count + 1, AreSpread = found.AreSpread || isPart };
            }

            if (file.Length < sizeof(ushort))
                break;
            file = file[Math.Min(file.Length, BinaryPrimitives.ReadUInt16BigEndian(file))..];
        }

        return found;
    }

    // SOF0 to SOF15, among which three codes mean something else.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    // SOF2, 6, 10 and 14.
    private static bool IsProgressive(byte frame) => (frame & 3) == 2;

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
