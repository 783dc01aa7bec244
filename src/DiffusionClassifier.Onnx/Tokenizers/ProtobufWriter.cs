using System.Buffers.Binary;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>Writes fields in protocol buffers' wire format (protobuf.dev, "Encoding"), for models made in memory. Stateless.</summary>
internal static class ProtobufWriter
{
    private const int Varint = 0, Bytes = 2, Fixed32 = 5; // wire types

    public static byte[] Integer(int field, ulong value) => [.. Number(Tag(field, Varint)), .. Number(value)];

    public static byte[] Single(int field, float value)
    {
        var bits = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bits, value);
        return [.. Number(Tag(field, Fixed32)), .. bits];
    }

    public static byte[] Message(int field, ReadOnlySpan<byte> content) =>
        [.. Number(Tag(field, Bytes)), .. Number((ulong)content.Length), .. content];

    private static ulong Tag(int field, int wire) => ((ulong)field << 3) | (uint)wire;

    private static List<byte> Number(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
