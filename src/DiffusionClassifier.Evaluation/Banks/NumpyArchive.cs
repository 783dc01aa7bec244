using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>Reads the arrays of an .npz file (little-endian, C order), as numpy.savez writes it: a zip of .npy files.</summary>
public sealed partial class NumpyArchive : IDisposable
{
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8, 1]; // version 1: two bytes of header length

    private readonly ZipArchive _zip;

    /// <exception cref="InvalidDataException">The file is not a zip archive.</exception>
    public NumpyArchive(string file) => _zip = ZipFile.OpenRead(file);

    /// <summary>Whether there is an array of that name.</summary>
    public bool Has(string name) => _zip.GetEntry($"{name}.npy") is not null;

    /// <summary>An array in C order: the last index of <paramref name="shape"/> varies fastest.</summary>
    /// <exception cref="InvalidDataException">It is missing, of another type or damaged.</exception>
    public T[] Array<T>(string name, out int[] shape) where T : unmanaged
    {
        ZipArchiveEntry entry = _zip.GetEntry($"{name}.npy") ?? throw new InvalidDataException($"There is no array '{name}'.");
        using Stream stream = entry.Open();
        try
        {
            string header = ReadHeader(stream);
            if (Field(header, Descr()) != NumpyTypes.Of<T>() || Field(header, FortranOrder()) != "False")
                throw new InvalidDataException($"'{name}' is not a {typeof(T).Name} array in C order: {header.Trim()}");
            shape = ReadShape(header);
            var values = new T[Count<T>(shape, entry, name)];
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException($"The array '{name}' is cut off.");
        }
    }

    /// <summary>Any other text in the file, as UTF-8; null if there is none.</summary>
    public string? Text(string name)
    {
        if (_zip.GetEntry(name) is not { } entry)
            return null;
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    public void Dispose() => _zip.Dispose();

    // Before memory is allocated: a header can claim any size.
    private static int Count<T>(int[] shape, ZipArchiveEntry entry, string name) where T : unmanaged
    {
        Int128 count = shape.Aggregate((Int128)1, (product, size) => product * size);
        if (count > Math.Min(System.Array.MaxLength, entry.Length / Marshal.SizeOf<T>()))
            throw new InvalidDataException($"The array '{name}' is cut off, or larger than this program can read.");
        return (int)count;
    }

    private static int[] ReadShape(string header)
    {
        string[] sizes = Field(header, Shape()).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var shape = new int[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            if (!int.TryParse(sizes[i], out shape[i]) || shape[i] < 0)
                throw new InvalidDataException($"An array's shape is ({string.Join(", ", sizes)}).");
        }

        return shape;
    }

    // Magic, version, two bytes of header length, a Python literal.
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
