using System.Text;

namespace DiffusionClassifier.Onnx.Tests.Graphs;

/// <summary>Writes the few protobuf messages that make an ONNX file, well formed or not. Field numbers: onnx.proto.</summary>
internal static class OnnxBytes
{
    private const int Opset = 17; // of the golden data's graphs

    public static byte[] Model(params byte[][] graphFields) =>
        [.. Integer(1, 8), .. Bytes(7, [.. Text(2, "graph"), .. graphFields.SelectMany(field => field)]), .. Bytes(8, Integer(2, Opset))];

    /// <summary>A node (field 1) with one output.</summary>
    public static byte[] Node(string type, string[] inputs, string output, params byte[][] attributes) =>
        Bytes(1, [.. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(4, type), .. attributes.SelectMany(attribute => attribute)]);

    /// <summary>An attribute (field 5 of a node) that is a whole number.</summary>
    public static byte[] Attribute(string name, long value) => Bytes(5, [.. Text(1, name), .. Integer(3, value), .. Integer(20, 2)]);

    /// <summary>A graph input (field 11) or output (12); a negative size is symbolic, and bears the tensor's name.</summary>
    public static byte[] Value(int field, string name, int elementType, params long[] shape)
    {
        byte[] dimensions = [.. shape.SelectMany(size => Bytes(1, size < 0 ? Text(2, $"{name}_size") : Integer(1, size)))];
        byte[] tensor = [.. Integer(1, elementType), .. Bytes(2, dimensions)];
        return Bytes(field, [.. Text(1, name), .. Bytes(2, Bytes(1, tensor))]);
    }

    /// <summary>An initializer (field 5) whose bytes lie in another file.</summary>
    public static byte[] External(string name, string location, long length, params long[] shape) =>
        Bytes(5, [.. shape.SelectMany(size => Integer(1, size)), .. Integer(2, 1), .. Text(8, name), .. Entry("location", location), .. Entry("length", $"{length}"), .. Integer(14, 1)]);

    public static byte[] Initializer(string name, params long[] shape) => Bytes(5, [.. shape.SelectMany(size => Integer(1, size)), .. Integer(2, 1), .. Text(8, name)]);

    public static byte[] Bytes(int field, byte[] value) => [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)value.Length), .. value];

    public static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public static byte[] Integer(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    public static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    private static byte[] Entry(string key, string value) => Bytes(13, [.. Text(1, key), .. Text(2, value)]);
}
