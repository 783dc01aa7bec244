using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>Writes arrays as an .npz file that <c>numpy.load</c> reads; nothing is compressed, because errors hardly shrink.</summary>
internal sealed class NumpyArchiveWriter : IDisposable
{
    private const int Alignment = 64; // bytes: numpy maps arrays that start on a cache line

    private readonly ZipArchive _zip;

    public NumpyArchiveWriter(Stream stream) => _zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);

    /// <param name="name">The name by which <c>numpy.load(file)[name]</c> finds it.</param>
    /// <param name="values">In C order: the last index of <paramref name="shape"/> varies fastest.</param>
    /// <param name="shape">Sizes whose product is the number of values.</param>
    public void Write<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape) where T : unmanaged
    {
        using Stream stream = _zip.CreateEntry($"{name}.npy", CompressionLevel.NoCompression).Open();
        stream.Write(Header(NumpyTypes.Of<T>(), shape));
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Any text besides the arrays, as UTF-8: <c>numpy.load(file)[name]</c> gives its bytes.</summary>
    public void WriteText(string name, string text)
    {
        using Stream stream = _zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    public void Dispose() => _zip.Dispose();

    private static byte[] Header(string type, ReadOnlySpan<int> shape)
    {
        const int Start = 10; // magic, version, length
        string sizes = string.Concat(shape.ToArray().Select(size => $"{size}, "));
        string literal = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes.TrimEnd()}), }}";
        int length = (Start + literal.Length + 1 + Alignment - 1) / Alignment * Alignment - Start; // 1: the line's end
        byte[] header = [0x93, .. "NUMPY"u8, 1, 0, 0, 0, .. Encoding.ASCII.GetBytes(literal.PadRight(length - 1)), (byte)'\n'];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)length);
        return header;
    }
}
