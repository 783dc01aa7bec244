namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>Moves the weights of an ONNX file into a file beside it, as exporters do above 2 GB. Field numbers: onnx.proto.</summary>
internal static class ExternalData
{
    private const int Graph = 7, Initializer = 5, RawData = 9, ExternalDataField = 13, DataLocation = 14;

    /// <returns>The graph without its weights, and the weights.</returns>
    public static (byte[] Model, byte[] Weights) Split(byte[] model, string location)
    {
        List<byte> weights = [];
        byte[] graph = Rewrite(model, Graph, fields => Rewrite(fields, Initializer, initializer => Move(initializer, location, weights)));
        return (graph, [.. weights]);
    }

    private static byte[] Move(byte[] initializer, string location, List<byte> weights)
    {
        long offset = weights.Count;
        byte[] moved = Rewrite(initializer, RawData, raw =>
        {
            weights.AddRange(raw);
            return null;
        });
        return weights.Count == offset ? initializer :
        [
            .. moved, .. Entry("location", location), .. Entry("offset", $"{offset}"), .. Entry("length", $"{weights.Count - offset}"), .. OnnxBytes.Integer(DataLocation, 1),
        ];
    }

    // A message with every field of that number replaced, or left out where the replacement is null.
    private static byte[] Rewrite(byte[] message, int number, Func<byte[], byte[]?> replace)
    {
        List<byte> result = [];
        for (int at = 0; at < message.Length;)
        {
            int begin = at;
            ulong key = Varint(message, ref at);
            int length = (key & 7) switch { 0 => Skip(message, at), 1 => sizeof(long), 5 => sizeof(int), _ => (int)Varint(message, ref at) };
            byte[] value = message[at..(at += length)];
            if (key >> 3 != (ulong)number)
                result.AddRange(message[begin..at]);
            else if (replace(value) is { } replacement)
                result.AddRange(OnnxBytes.Bytes(number, replacement));
        }

        return [.. result];
    }

    private static byte[] Entry(string key, string value) => OnnxBytes.Bytes(ExternalDataField, [.. OnnxBytes.Text(1, key), .. OnnxBytes.Text(2, value)]);

    private static int Skip(byte[] message, int at)
    {
        int begin = at;
        Varint(message, ref at);
        return at - begin;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
