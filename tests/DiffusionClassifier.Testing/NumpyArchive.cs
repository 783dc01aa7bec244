using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace DiffusionClassifier.Testing;

/// <summary>Reads the arrays of an .npz file (little-endian, C order), as numpy.savez writes it: a zip of .npy files.</summary>
public sealed partial class NumpyArchive : IDisposable
{
    private static readonly Dictionary<string, Type> Types = new() { ["<f4"] = typeof(float), ["<f8"] = typeof(double), ["<i4"] = typeof(int), ["<i8"] = typeof(long), ["|u1"] = typeof(byte) };

    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8, 1];

    private readonly ZipArchive _zip;

    public NumpyArchive(string file) => _zip = ZipFile.OpenRead(file);

    public T[] Array<T>(string name, out int[] shape) where T : unmanaged
    {
        ZipArchiveEntry entry = _zip.GetEntry($"{name}.npy") ?? throw new InvalidDataException($"There is no array '{name}'.");
        using Stream stream = entry.Open();
        string header = ReadHeader(stream);
        if (Types.GetValueOrDefault(Field(header, Descr())) != typeof(T) || Field(header, FortranOrder()) != "False")
            throw new InvalidDataException($"'{name}' is no {typeof(T).Name} array in C order: {header}");
        shape = [.. Field(header, Shape()).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(int.Parse)];

        var values = new T[shape.Aggregate(1, (product, size) => product * size)];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public void Dispose() => _zip.Dispose();

    // Version 1 of the format: magic, version, two bytes of header length, a Python literal.
    private static string ReadHeader(Stream stream)
    {
        var start = new byte[10];
        stream.ReadExactly(start);
        if (!start.AsSpan().StartsWith(Magic))
            throw new InvalidDataException("not a .npy file of version 1");
        var header = new byte[BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))];
        stream.ReadExactly(header);
        return Encoding.ASCII.GetString(header);
    }

    private static string Field(string header, Regex pattern) => pattern.Match(header).Groups[1].Value;

    [GeneratedRegex("'descr': '([^']*)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order': (\w+)")]
    private static partial Regex FortranOrder();

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shape();
}
