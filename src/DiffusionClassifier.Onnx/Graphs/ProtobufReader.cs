using System.Buffers.Binary;
using System.Text;

namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>
/// Reads protocol buffers' wire format field by field from a seekable stream, so that gigabytes of weights are skipped, not read.
/// Source: protobuf.dev, "Encoding". Throws <see cref="InvalidDataException"/> for whatever is not protobuf.
/// </summary>
internal sealed class ProtobufReader(Stream stream)
{
    private const int LongestVarint = 10; // bytes of a 64-bit value at 7 bits each
    private const int LongestName = 1 << 16; // no tensor or file name is longer: damaged lengths don't become allocations

    private enum Wire
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5,
    }

    private Wire _wire;

    /// <summary>Number of the field whose value comes next.</summary>
    public int Field { get; private set; }

    public long Position => stream.Position;

    /// <summary>Reads the next field's tag; false at <paramref name="end"/>.</summary>
    public bool Next(long end)
    {
        if (stream.Position >= end)
            return stream.Position == end ? false : throw new InvalidDataException("a field runs past the end of its message");
        ulong tag = RawVarint();
        (Field, _wire) = ((int)(tag >> 3), (Wire)(tag & 7));
        return Field > 0 ? true : throw new InvalidDataException("a field has number 0");
    }

    /// <summary>The current field as an integer.</summary>
    public long Integer()
    {
        Expect(Wire.Varint);
        return (long)RawVarint();
    }

    /// <summary>Enters the current field as a message (or packed list) and returns where it ends.</summary>
    public long Message()
    {
        Expect(Wire.Bytes);
        ulong length = RawVarint();
        if (length > (ulong)(stream.Length - stream.Position))
            throw new InvalidDataException("the file ends in the middle of a field: it is truncated");
        return stream.Position + (long)length;
    }

    public string Text()
    {
        long length = Message() - stream.Position;
        if (length > LongestName)
            throw new InvalidDataException($"a name has {length} bytes");
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The current field as the little-endian bytes of one 64-bit number; null if it has another length.</summary>
    public long? RawNumber()
    {
        long length = Message() - stream.Position;
        if (length != sizeof(long))
        {
            stream.Position += length;
            return null;
        }

        Span<byte> bytes = stackalloc byte[sizeof(long)];
        stream.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>The current field as a list of integers, in either of protobuf's forms.</summary>
    public IEnumerable<long> Integers()
    {
        if (_wire == Wire.Varint)
        {
            yield return Integer();
            yield break;
        }

        long end = Message();
        while (stream.Position < end)
            yield return (long)RawVarint();
    }

    public void Skip() => stream.Position = _wire switch
    {
        Wire.Varint => SkipVarint(),
        Wire.Fixed64 => stream.Position + 8,
        Wire.Bytes => Message(),
        Wire.Fixed32 => stream.Position + 4,
        _ => throw new InvalidDataException($"a field has wire type {(int)_wire}"),
    };

    private long SkipVarint()
    {
        RawVarint();
        return stream.Position;
    }

    private void Expect(Wire wire)
    {
        if (_wire != wire)
            throw new InvalidDataException($"field {Field} has an unexpected type");
    }

    private ulong RawVarint()
    {
        ulong value = 0;
        for (int i = 0; i < LongestVarint; i++)
        {
            int next = stream.ReadByte();
            if (next < 0)
                throw new InvalidDataException("the file ends in the middle of a number: it is truncated");
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("a number has more than 64 bits");
    }
}
