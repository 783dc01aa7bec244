using System.Buffers.Binary;

namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>
/// How many pictures a JPEG has: stereo cameras and panoramas put one behind the other (MPO), and libraries show the first and say nothing.
/// CIPA DC-007: the segment APP2 with the name MPF is a directory of them, as TIFF has directories.
/// </summary>
internal static class MultiPictureJpeg
{
    private const byte Marker = 0xFF, App2 = 0xE2, StartOfScan = 0xDA;
    private const int MarkerBytes = 2, EntryBytes = 12, CountInEntry = 4, ValueInEntry = 8, PictureBytes = 16;
    private const ushort PicturesTag = 0xB002;
    private const int KindMask = 0xFF0000, Thumbnail = 0x010000; // of the first four bytes of a picture's entry

    private static ReadOnlySpan<byte> Name => "MPF\0"u8;

    // Phones put a map of brightness behind a picture, which is no picture: Android's names its namespace, Apple's its kind.
    private static ReadOnlySpan<byte> AndroidGainMap => "hdr-gain-map"u8;

    private static ReadOnlySpan<byte> AppleGainMap => "hdrgainmap"u8;

    /// <param name="file">The file's bytes.</param>
    /// <returns>1 for a file of one picture; thumbnails do not count.</returns>
    public static int Pictures(ReadOnlySpan<byte> file) =>
        Directory(file) is { IsEmpty: false } directory && file.IndexOf(AndroidGainMap) < 0 && file.IndexOf(AppleGainMap) < 0
            ? Math.Max(1, Count(directory))
            : 1;

    private static ReadOnlySpan<byte> Directory(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> rest = file[MarkerBytes..];
        while (rest.Length > MarkerBytes + sizeof(ushort) && rest[0] == Marker && rest[1] != StartOfScan)
        {
            if (rest[1] == Marker)
            {
                rest = rest[1..]; // padding
                continue;
            }

            int length = MarkerBytes + BinaryPrimitives.ReadUInt16BigEndian(rest[MarkerBytes..]);
            if (length > rest.Length || length < MarkerBytes + sizeof(ushort))
                break;
            ReadOnlySpan<byte> data = rest[(MarkerBytes + sizeof(ushort))..length];
            if (rest[1] == App2 && data.StartsWith(Name))
                return data[Name.Length..];
            rest = rest[length..];
        }

        return [];
    }

    private static int Count(ReadOnlySpan<byte> directory)
    {
        bool little = directory.StartsWith("II*\0"u8);
        ReadOnlySpan<byte> entries = From(directory, Number(directory, sizeof(uint), little));
        int left = entries.Length < sizeof(ushort) ? 0
            : little ? BinaryPrimitives.ReadUInt16LittleEndian(entries) : BinaryPrimitives.ReadUInt16BigEndian(entries);
        for (entries = From(entries, sizeof(ushort)); left > 0 && entries.Length >= EntryBytes; left--, entries = entries[EntryBytes..])
        {
            ushort tag = little ? BinaryPrimitives.ReadUInt16LittleEndian(entries) : BinaryPrimitives.ReadUInt16BigEndian(entries);
            if (tag != PicturesTag)
                continue;
            ReadOnlySpan<byte> pictures = From(directory, Number(entries, ValueInEntry, little));
            int count = 0;
            for (uint all = Number(entries, CountInEntry, little) / PictureBytes; all > 0 && pictures.Length >= PictureBytes; all--)
            {
                count += (Number(pictures, 0, little) & KindMask) == Thumbnail ? 0 : 1;
                pictures = pictures[PictureBytes..];
            }

            return count;
        }

        return 1;
    }

    private static ReadOnlySpan<byte> From(ReadOnlySpan<byte> bytes, uint at) => at < bytes.Length ? bytes[(int)at..] : [];

    private static uint Number(ReadOnlySpan<byte> bytes, int at, bool little) => bytes.Length < at + sizeof(uint) ? 0
        : little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
}
