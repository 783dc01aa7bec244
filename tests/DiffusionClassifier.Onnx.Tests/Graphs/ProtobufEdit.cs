namespace DiffusionClassifier.Onnx.Tests.Graphs;

/// <summary>Changes fields of an encoded protobuf message and leaves the others as they are.</summary>
internal static class ProtobufEdit
{
    /// <summary>A message with every field of that number replaced, or left out where the replacement is null.</summary>
    public static byte[] Replace(byte[] message, int number, Func<byte[], byte[]?> replace)
    {
        List<byte> result = [];
        for (int at = 0; at < message.Length;)
        {
            int begin = at;
            ulong key = Varint(message, ref at);
            int length = (key & 7) switch { 0 => LengthOfVarint(message, at), 1 => sizeof(long), 5 => sizeof(int), _ => (int)Varint(message, ref at) };
            byte[] value = message[at..(at += length)];
            if (key >> 3 != (ulong)number)
                result.AddRange(message[begin..at]);
            else if (replace(value) is { } replacement)
                result.AddRange(OnnxBytes.Bytes(number, replacement));
        }

        return [.. result];
    }

    private static int LengthOfVarint(byte[] message, int at)
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
