using System.Buffers.Binary;
using DiffusionClassifier.Onnx.Tests.Images;

namespace DiffusionClassifier.Testing.Images;

/// <summary>Files that a stranger may send: those that must be refused, and those that look odd and are images all the same. By name.</summary>
public static class HostileImages
{
    private const int Vast = 50_000; // 2,500 million pixels: twenty times the limit

    private const int LargestWebP = 16_383; // a side; 268 million pixels: twice the limit

    // 8x8, cyan, written by libjpeg with Adobe's marker.
    private const string CmykJpeg =
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AAFAgACAAIBEMR" +
        "AE0RAFkRAEsRAP/EABQAAQAAAAAAAAAAAAAAAAAAAAf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBLAAA/AE4YDAnP/9k=";

    private const string EmptyPng = "iVBORw0KGgoAAAANSUhEUgAAAAAAAAAACAIAAAC06etFAAAACElEQVR4nAMAAAAAAUgGidIAAAAASUVORK5CYII=";

    public static IReadOnlyDictionary<string, RefusedImage> Refused { get; } = new Dictionary<string, RefusedImage>
    {
        ["empty"] = new([], 400, "missing_image", "empty"),
        ["one byte"] = Unknown([0xFF]),
        ["text"] = Unknown("this is no picture"u8),
        ["HTML"] = Format("<!DOCTYPE html><html></html>"u8, "HTML"),
        ["SVG"] = Format("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>"u8, "SVG"),
        ["GIF"] = Format([.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x3B], "GIF"),
        ["GIF of 65,535² pixels"] = Format([.. "GIF89a"u8, 255, 255, 255, 255, 0, 0, 0, 0x3B], "GIF"),
        ["TIFF"] = Format([.. "II*\0"u8, 8, 0, 0, 0, 0, 0], "TIFF"),
        ["big-endian TIFF"] = Format([.. "MM\0*"u8, 0, 0, 0, 8, 0, 0], "TIFF"),
        ["PDF"] = Format("%PDF-1.7"u8, "PDF"),
        ["AVIF"] = Format([0, 0, 0, 24, .. "ftypavif"u8], "AVIF"),
        ["truncated PNG"] = Damaged(Noise()[..2000]),
        ["truncated JPEG"] = Damaged(SampleFiles.Jpeg[..^40]),
        ["truncated WebP"] = Damaged(SampleFiles.WebP[..^8]),
        ["nothing but a PNG's first bytes"] = Damaged(Noise()[..8]),
        ["nothing but a JPEG's first bytes"] = Damaged([0xFF, 0xD8, 0xFF]),
        ["PNG of zero size"] = Damaged(Convert.FromBase64String(EmptyPng)),
        ["JPEG of zero size"] = Damaged(WithJpegSize(0, 0)),
        ["PNG of 50,000² pixels"] = TooLarge(PngWriter.Write(Vast, Vast, PngWriter.Gray, 1, new byte[Vast / 8])),
        ["JPEG of 50,000² pixels"] = TooLarge(WithJpegSize(Vast, Vast)),
        ["animated WebP of 50,000² pixels"] = Damaged(WithCanvas(Vast)), // beyond the format
        ["animated WebP of 16,383² pixels"] = TooLarge(WithCanvas(LargestWebP)),
        ["WebP of 16,383² pixels"] = TooLarge(WithLosslessSize(LargestWebP - 1)),
    };

    public static IReadOnlyDictionary<string, byte[]> Accepted { get; } = new Dictionary<string, byte[]>
    {
        ["animated WebP"] = SampleFiles.WebPAnimation,
        ["16-bit PNG"] = PngWriter.Write(2, 1, PngWriter.Rgb, 16, new byte[12]),
        ["CMYK JPEG"] = Convert.FromBase64String(CmykJpeg),
        ["palette PNG"] = PngWriter.Write(2, 1, PngWriter.Palette, 8, [0, 1], ("PLTE", [255, 0, 0, 0, 0, 255])),
        ["1-bit PNG"] = PngWriter.Write(8, 1, PngWriter.Gray, 1, [0b10101010]),
        ["PNG of one pixel"] = PngWriter.Write(1, 1, PngWriter.Gray, 8, [128]),
        ["PNG with a megabyte after its end"] = [.. Noise(), .. new byte[1 << 20]],
    };

    private static RefusedImage Unknown(ReadOnlySpan<byte> file) => new([.. file], 415, "unsupported_image_format", "not an image of a supported format: send JPEG, PNG or WebP");

    private static RefusedImage Format(ReadOnlySpan<byte> file, string name) => new([.. file], 415, "unsupported_image_format", $"{name} is not supported: send JPEG, PNG or WebP");

    private static RefusedImage Damaged(byte[] file) => new(file, 400, "invalid_image", "damaged or incomplete");

    private static RefusedImage TooLarge(byte[] file) => new(file, 413, "image_too_large", "scale it down");

    private static byte[] Noise()
    {
        byte[] samples = new byte[64 * 64 * 3];
        new Random(2).NextBytes(samples);
        return PngWriter.Write(64, 64, PngWriter.Rgb, 8, samples);
    }

    // Start of frame, baseline: marker, length, bits, height, width.
    private static byte[] WithJpegSize(ushort width, ushort height)
    {
        byte[] file = [.. SampleFiles.Jpeg];
        int frame = file.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), width);
        return file;
    }

    // VP8X: width − 1 and height − 1 of the canvas in 24 bits each; frames may be smaller.
    private static byte[] WithCanvas(int side)
    {
        byte[] file = [.. SampleFiles.WebPAnimation];
        int size = side - 1;
        foreach (int offset in (int[])[24, 27])
            (file[offset], file[offset + 1], file[offset + 2]) = ((byte)size, (byte)(size >> 8), (byte)(size >> 16));
        return file;
    }

    // VP8L: a signature byte, then width − 1 and height − 1 in 14 bits each.
    private static byte[] WithLosslessSize(uint sideLess1)
    {
        byte[] file = [.. SampleFiles.WebP];
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(21)) & 0xF000_0000;
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(21), flags | sideLess1 << 14 | sideLess1);
        return file;
    }
}
