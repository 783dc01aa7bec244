using DiffusionClassifier.Onnx.Tests.Graphs;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>
/// Changes fields of a protobuf message at any depth and keeps the lengths of the messages around them right, so that the damage gets as far
/// as the reader's own checks.
/// </summary>
internal static class ProtobufMutation
{
    private const int WireBytes = 2, ANumberAtAnEdge = 3;
    private const ulong BareBytes = 1ul << 63; // in a key: the content comes with a length of its own

    public static byte[] Mutate(byte[] message, Random random)
    {
        if (random.Chance(0.05) || Parse(message) is not { Count: > 0 } fields)
            return ByteMutations.Mutate(message, random);
        // By size, so that what lies deep is not rarer than what lies on the surface.
        int place = random.Next(message.Length), index = fields.FindIndex(field => (place -= Encode(field.Key, field.Content).Length) < 0);
        (ulong key, byte[] content) = fields[index];
        if ((key & 7) == WireBytes && content.Length > 0 && random.Chance(0.9))
            fields[index] = (key, Mutate(content, random));
        else
            Change(fields, index, random);
        return [.. fields.SelectMany(field => Encode(field.Key, field.Content))];
    }

    private static void Change(List<(ulong Key, byte[] Content)> fields, int index, Random random)
    {
        (ulong key, byte[] content) = fields[index];
        bool number = (key & 7) == 0;
        switch (number && random.Chance(0.6) ? ANumberAtAnEdge : random.Next(8))
        {
            case 0:
                fields.RemoveAt(index);
                break;
            case 1:
                fields.Insert(random.Next(fields.Count + 1), fields[index]);
                break;
            case 2: // another field, or another wire type
                fields[index] = (key ^ (1ul << random.Next(8)), content);
                break;
            case ANumberAtAnEdge:
                fields[index] = (key & ~7ul, OnnxBytes.Varint(ByteMutations.Edge(random)));
                break;
            case 4: // a length that lies: written as a bare value under a key that says "bytes"
                fields[index] = (BareBytes | key, [.. OnnxBytes.Varint(ByteMutations.Edge(random)), .. content]);
                break;
            case 5: // messages in messages
                for (int depth = random.Next(2000); depth > 0 && content.Length < 10_000; depth--)
                    content = OnnxBytes.Bytes((int)(key >> 3) & 15 | 1, content);
                fields[index] = ((key & ~7ul) | WireBytes, content);
                break;
            case 6:
                fields[index] = ((key & ~7ul) | WireBytes, ByteMutations.RandomBytes(random, random.Chance(0.1) ? 100_000 : random.Next(40)));
                break;
            default: // a number of more than 64 bits
                fields[index] = (key & ~7ul, [.. Enumerable.Repeat((byte)0xFF, random.Next(20))]);
                break;
        }
    }

    private static byte[] Encode(ulong key, byte[] content) => key >= BareBytes
        ? [.. OnnxBytes.Varint(((key - BareBytes) & ~7ul) | WireBytes), .. content]
        : (key & 7) == WireBytes ? [.. OnnxBytes.Varint(key), .. OnnxBytes.Varint((ulong)content.Length), .. content] : [.. OnnxBytes.Varint(key), .. content];

    /// <summary>The fields, or null for what is no message (a text, packed numbers).</summary>
    private static List<(ulong Key, byte[] Content)>? Parse(byte[] message)
    {
        List<(ulong, byte[])> fields = [];
        for (int at = 0; at < message.Length;)
        {
            if (!TryVarint(message, ref at, out ulong key))
                return null;
            int begin = at;
            ulong length;
            switch (key & 7)
            {
                case 0 when TryVarint(message, ref at, out _):
                    length = (ulong)(at - begin);
                    break;
                case 1:
                    length = sizeof(ulong);
                    break;
                case WireBytes when TryVarint(message, ref at, out length):
                    begin = at;
                    break;
                case 5:
                    length = sizeof(uint);
                    break;
                default:
                    return null;
            }

            if (length > (ulong)(message.Length - begin))
                return null;
            at = begin + (int)length;
            fields.Add((key, message[begin..at]));
        }

        return fields;
    }

    private static bool TryVarint(byte[] message, ref int at, out ulong value)
    {
        value = 0;
        for (int shift = 0; at < message.Length && shift < 64; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return true;
        }

        return false;
    }
}
