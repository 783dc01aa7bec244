using System.Buffers.Binary;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Onnx.Images.Decoding;

/// <summary>Recognizes image files by their first bytes, never by a name or a content type, which the sender chooses freely.</summary>
internal static class ImageFormats
{
    public const string Jpeg = "jpeg";
    public const string Png = "png";
    public const string WebP = "webp";

    private const string Advice = "send JPEG, PNG or WebP";

    /// <summary>The format's name: <see cref="Jpeg"/>, <see cref="Png"/> or <see cref="WebP"/>.</summary>
    /// <exception cref="ClassificationException">
    /// <see cref="ClassificationError.UnsupportedImageFormat"/>: anything else; the message names the format if it is a well-known one.
    /// </exception>
    public static string Recognise(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return Jpeg;
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']))
            return Png;
        if (file.StartsWith("RIFF"u8) && HasAt(file, 8, "WEBP"u8))
            return WebP;

        throw new ClassificationException(
            ClassificationError.UnsupportedImageFormat,
            NameOfRefused(file) is { } name
                ? $"{name} is not supported: {Advice}."
                : $"The bytes are not an image of a supported format: {Advice}.");
    }

    /// <summary>Only to help the sender: none of these is ever decoded.</summary>
    private static string? NameOfRefused(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith("GIF8"u8))
            return "GIF";
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
            return "TIFF";
        if (file.StartsWith("BM"u8) && file.Length >= 6 && BinaryPrimitives.ReadUInt32LittleEndian(file[2..]) == file.Length)
            return "BMP";
        if (file.StartsWith("%PDF"u8))
            return "PDF";
        if (file.StartsWith("8BPS"u8))
            return "Photoshop (PSD)";
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || HasAt(file, 4, "JXL "u8))
            return "JPEG XL";
        if (HasAt(file, 4, "jP  "u8))
            return "JPEG 2000";
        return HasAt(file, 4, "ftyp"u8) ? NameOfContainer(file) : NameOfText(file);
    }

    /// <summary>ISO base media files: the brand after "ftyp" says what is inside.</summary>
    private static string NameOfContainer(ReadOnlySpan<byte> file) => file switch
    {
        _ when HasAt(file, 8, "avif"u8) || HasAt(file, 8, "avis"u8) => "AVIF",
        _ when HasAt(file, 8, "hei"u8) || HasAt(file, 8, "hev"u8) || HasAt(file, 8, "mif1"u8) || HasAt(file, 8, "msf1"u8) => "HEIC",
        _ => "Video",
    };

    private static string? NameOfText(ReadOnlySpan<byte> file)
    {
        // An SVG may begin with a byte order mark, an XML declaration, comments and a document type.
        const int Prologue = 1024;
        ReadOnlySpan<byte> start = file[..Math.Min(file.Length, Prologue)];
        if (start.IndexOf("<svg"u8) >= 0)
            return "SVG";
        if (start.IndexOf("<html"u8) >= 0 || start.IndexOf("<HTML"u8) >= 0 || start.IndexOf("<!DOCTYPE html"u8) >= 0)
            return "HTML";
        return null;
    }

    private static bool HasAt(ReadOnlySpan<byte> file, int offset, ReadOnlySpan<byte> expected) =>
        file.Length >= offset + expected.Length && file.Slice(offset, expected.Length).SequenceEqual(expected);
}
