using System.Buffers.Binary;
using System.Text;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Writes JPEG files that say that several pictures are in them (CIPA DC-007).</summary>
internal static class MultiPictureFile
{
    private const int Primary = 0x030000, DirectoryBytes = 8 + 2 + 12 + 4;

    /// <param name="jpeg">Every picture.</param>
    /// <param name="kind">Of the second.</param>
    /// <param name="text">Stands in the second's metadata.</param>
    public static byte[] Write(byte[] jpeg, int kind, string text = "")
    {
        byte[] entry = [0x02, 0xB0, 7, 0, .. Number(2 * 16), .. Number(DirectoryBytes)];
        byte[] directory = [.. "MPF\0II*\0"u8, .. Number(8), 1, 0, .. entry, .. Number(0), .. Picture(Primary), .. Picture(kind)];
        byte[] second = [.. jpeg[..2], .. Segment(0xE1, Encoding.ASCII.GetBytes(text)), .. jpeg[2..]];
        return [.. jpeg[..2], .. Segment(0xE2, directory), .. jpeg[2..], .. second];
    }

    private static byte[] Picture(int kind) => [.. Number(kind), .. new byte[12]];

    private static byte[] Segment(byte marker, byte[] data) => [0xFF, marker, 0, (byte)(data.Length + 2), .. data];

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
