using System.Buffers.Binary;
using System.IO.Compression;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>
/// The two things of a file's metadata that matter here. ImageSharp is told to leave all metadata alone: it would unpack a text of some
/// kilobytes into hundreds of megabytes.
/// </summary>
internal static class FileMetadata
{
    private const int Upright = 1, LastOrientation = 8;
    private const int MostProfileBytes = 256 * 1024; // a name is in a profile's first kilobytes; tables of inks follow, in megabytes

    // TIFF 6.0, section 2: byte order and 42, where the directory is, its count of entries; an entry is tag, type, count, value.
    private const int HeaderBytes = 8, EntryBytes = 12, ValueInEntry = 8;
    private const ushort OrientationTag = 0x0112, ShortType = 3;

    private static ReadOnlySpan<byte> App1 => [0xE1];

    private static ReadOnlySpan<byte> App2 => [0xE2];

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> ProfileName => "ICC_PROFILE\0"u8;

    /// <summary>How the image is to be turned, as EXIF counts: 1 (upright) to 8, and 1 if nothing is said.</summary>
    public static int Orientation(string format, ReadOnlyMemory<byte> file)
    {
        foreach (FileChunk chunk in FileChunks.Of(format, file))
        {
            ReadOnlySpan<byte> data = chunk.Data.Span;
            bool named = data.StartsWith(ExifName);
            if (format == ImageFormats.Jpeg ? chunk.Is(App1) && named : chunk.Is("eXIf"u8) || chunk.Is("EXIF"u8))
                return Orientation(named ? data[ExifName.Length..] : data);
        }

        return Upright;
    }

    /// <summary>
    /// Whether there is a profile other than sRGB, judging by its name: what a camera writes by default is not worth a warning.
    /// </summary>
    public static bool HasOtherProfile(string format, ReadOnlyMemory<byte> file)
    {
        foreach (FileChunk chunk in FileChunks.Of(format, file))
        {
            // A JPEG's comes in parts of 64 KiB: the name is in the first.
            bool isPart = chunk.Is(App2) && chunk.Data.Span.StartsWith(ProfileName);
            if (format == ImageFormats.Jpeg ? isPart : chunk.Is("iCCP"u8) || chunk.Is("ICCP"u8))
                return !IsSrgb(format == ImageFormats.Png ? Unpack(chunk.Data) : chunk.Data.Span);
        }

        return false;
    }

    private static int Orientation(ReadOnlySpan<byte> exif)
    {
        bool little = exif.StartsWith("II*\0"u8);
        if (exif.Length < HeaderBytes || (!little && !exif.StartsWith("MM\0*"u8)))
            return Upright;
        ReadOnlySpan<byte> place = exif[sizeof(uint)..];
        uint directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(place) : BinaryPrimitives.ReadUInt32BigEndian(place);
        if (directory > exif.Length - sizeof(ushort))
            return Upright;
        ReadOnlySpan<byte> entries = exif[((int)directory + sizeof(ushort))..];
        for (int left = Number(exif[(int)directory..]); left > 0 && entries.Length >= EntryBytes; left--, entries = entries[EntryBytes..])
        {
            if (Number(entries) == OrientationTag && Number(entries[2..]) == ShortType)
                return Number(entries[ValueInEntry..]) is >= Upright and <= LastOrientation and int value ? value : Upright;
        }

        return Upright;

        int Number(ReadOnlySpan<byte> bytes) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    /// <summary>As eight bits a letter or sixteen.</summary>
    private static bool IsSrgb(ReadOnlySpan<byte> profile) =>
        profile.IndexOf("sRGB"u8) >= 0 || profile.IndexOf("s\0R\0G\0B"u8) >= 0;

    /// <summary>The beginning of a PNG's profile: behind a name, a zero and the method (0) it is compressed.</summary>
    private static ReadOnlySpan<byte> Unpack(ReadOnlyMemory<byte> chunk)
    {
        int packed = chunk.Span.IndexOf((byte)0) + 2;
        if (packed < 2 || packed > chunk.Length)
            return [];
        byte[] profile = new byte[MostProfileBytes];
        try
        {
            using ZLibStream zlib = new(new MemoryStream(chunk[packed..Math.Min(chunk.Length, packed + MostProfileBytes)].ToArray()),
                CompressionMode.Decompress);
            return profile.AsSpan(0, zlib.ReadAtLeast(profile, profile.Length, throwOnEndOfStream: false));
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }
}
