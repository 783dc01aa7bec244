using System.Buffers.Binary;
using System.Text;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Writes the smallest colour profile that a display's is: three primaries and one gamma. Layout: ICC.1:2001 (version 2.4).</summary>
internal static class ColourProfile
{
    private const int HeaderBytes = 128, TagBytes = 12;

    /// <summary>Adobe RGB (1998): its primaries adapted to D50, gamma 563/256.</summary>
    public static byte[] AdobeRgb { get; } = Display([0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457], gamma: 563 / 256.0);

    private static byte[] Display(double[] red, double[] green, double[] blue, double gamma)
    {
        byte[] curve = [.. "curv\0\0\0\0"u8, .. Number(1), (byte)(gamma * 256 / 256), (byte)(gamma * 256 % 256), 0, 0];
        (string Name, byte[] Data)[] tags =
        [
            ("desc", [.. "desc\0\0\0\0"u8, .. Number(2), .. "a\0"u8, .. new byte[78]]), ("cprt", [.. "text\0\0\0\0none\0\0\0\0"u8]), ("wtpt", Xyz([0.9642, 1, 0.8249])),
            ("rXYZ", Xyz(red)), ("gXYZ", Xyz(green)), ("bXYZ", Xyz(blue)), ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
        ];
        List<byte> table = [.. Number(tags.Length)], data = [];
        int begin = HeaderBytes + sizeof(int) + tags.Length * TagBytes;
        foreach ((string name, byte[] content) in tags)
        {
            table.AddRange([.. Encoding.ASCII.GetBytes(name), .. Number(begin + data.Count), .. Number(content.Length)]);
            data.AddRange([.. content, .. new byte[-content.Length & 3]]);
        }

        var header = new byte[HeaderBytes];
        Number(begin + data.Count).CopyTo(header, 0);
        header[8] = 2; // the version
        "mntrRGB XYZ "u8.CopyTo(header.AsSpan(12));
        "acsp"u8.CopyTo(header.AsSpan(36));
        Xyz([0.9642, 1, 0.8249])[8..].CopyTo(header, 68); // D50
        return [.. header, .. table, .. data];
    }

    // Numbers of 16 bits before and 16 after the point.
    private static byte[] Xyz(double[] values) => [.. "XYZ \0\0\0\0"u8, .. values.SelectMany(value => Number((int)Math.Round(value * 65536)))];

    private static byte[] Number(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
