using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>
/// Reads the inputs, outputs and weight sizes of an ONNX file without loading it, so that a bundle of gigabytes is understood, or refused,
/// in milliseconds. Field numbers: onnx.proto (ModelProto, GraphProto, ValueInfoProto, TensorProto).
/// </summary>
internal static class OnnxGraphReader
{
    private const int BufferSize = 1 << 12; // headers are small and weights are skipped: a larger buffer would only read ahead into them

    private const int MaxRank = 100; // beyond any tensor's: damaged bytes become a message, not gigabytes of axes

    /// <exception cref="BundleException">
    /// The file is missing, truncated or not ONNX, or weights next to it are missing or truncated.
    /// </exception>
    public static OnnxGraph Read(string file)
    {
        if (!File.Exists(file))
            throw MissingGraph.Explain(file);
        try
        {
            LfsPointer.Refuse(file);
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.RandomAccess);
            return ReadModel(file, new ProtobufReader(stream), stream.Length)
                ?? throw new BundleException(file, "it has no graph: it is not an ONNX model.");
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or OverflowException)
        {
            throw new BundleException(file, $"not a whole ONNX model: {exception.Message}. Copy or export it again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(file, $"cannot be read: {exception.Message}", exception);
        }
    }

    private static OnnxGraph? ReadModel(string file, ProtobufReader reader, long end)
    {
        OnnxGraph? graph = null;
        while (reader.Next(end))
        {
            if (reader.Field == 7)
                graph = ReadGraph(file, reader, reader.Message());
            else
                reader.Skip();
        }

        return graph;
    }

    private static OnnxGraph ReadGraph(string file, ProtobufReader reader, long end)
    {
        List<GraphTensor> inputs = [], outputs = [];
        Dictionary<string, IReadOnlyList<long>> weights = [];
        Dictionary<string, long> externalFiles = [];
        long parameters = 0;
        bool half = false;
        while (reader.Next(end))
        {
            switch (reader.Field)
            {
                case 5:
                    Initializer initializer = ReadInitializer(reader, reader.Message());
                    weights[initializer.Name] = initializer.Shape;
                    half |= initializer.Element == TensorElement.Half;
                    parameters = checked(parameters + initializer.Elements);
                    if (initializer.ExternalFile is { } external)
                        externalFiles[external] = Math.Max(externalFiles.GetValueOrDefault(external), initializer.ExternalEnd);
                    break;
                case 11:
                    inputs.Add(ReadValueInfo(reader, reader.Message()));
                    break;
                case 12:
                    outputs.Add(ReadValueInfo(reader, reader.Message()));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        CheckExternalFiles(file, externalFiles);
        GraphTensor[] fed = [.. inputs.Where(input => !weights.ContainsKey(input.Name))];
        return new OnnxGraph(file, fed, outputs, parameters, weights, externalFiles) { IsHalf = half };
    }

    private static Initializer ReadInitializer(ProtobufReader reader, long end)
    {
        string name = "";
        TensorElement element = TensorElement.Unknown;
        List<long> shape = [];
        string? location = null;
        long offset = 0, length = 0;
        while (reader.Next(end))
        {
            switch (reader.Field)
            {
                case 1:
                    foreach (long dimension in reader.Integers())
                        shape.Add(shape.Count < MaxRank ? dimension : throw new InvalidDataException("weights with a hundred axes"));
                    break;
                case 2:
                    element = (TensorElement)reader.Integer();
                    break;
                case 8:
                    name = reader.Text();
                    break;
                case 13:
                    (string key, string value) = ReadEntry(reader, reader.Message());
                    if (key == "location")
                        location = value;
                    else if (key == "offset" && long.TryParse(value, out long start))
                        offset = start;
                    else if (key == "length" && long.TryParse(value, out long size))
                        length = size;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new Initializer(name, element, shape, location, checked(offset + length));
    }

    private static (string Key, string Value) ReadEntry(ProtobufReader reader, long end)
    {
        string key = "", value = "";
        while (reader.Next(end))
        {
            if (reader.Field == 1)
                key = reader.Text();
            else if (reader.Field == 2)
                value = reader.Text();
            else
                reader.Skip();
        }

        return (key, value);
    }

    private static GraphTensor ReadValueInfo(ProtobufReader reader, long end)
    {
        string name = "";
        var element = TensorElement.Unknown;
        List<(long Size, string? Name)> axes = [];
        while (reader.Next(end))
        {
            if (reader.Field == 1)
                name = reader.Text();
            else if (reader.Field == 2)
                ReadType(reader, reader.Message(), ref element, axes);
            else
                reader.Skip();
        }

        string? batchName = axes is [var batch, ..] ? batch.Name : null;
        return new GraphTensor(name, element, [.. axes.Select(axis => axis.Size)]) { BatchName = batchName };
    }

    // TypeProto.tensor_type (1) holds elem_type (1) and shape (2); a shape's dim (1) holds dim_value (1) or dim_param (2).
    private static void ReadType(ProtobufReader reader, long end, ref TensorElement element, List<(long Size, string? Name)> axes)
    {
        while (reader.Next(end))
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            long tensorEnd = reader.Message();
            while (reader.Next(tensorEnd))
            {
                if (reader.Field == 1)
                    element = ToElement(reader.Integer());
                else if (reader.Field == 2)
                    ReadShape(reader, reader.Message(), axes);
                else
                    reader.Skip();
            }
        }
    }

    private static TensorElement ToElement(long number) =>
        Enum.IsDefined((TensorElement)number) ? (TensorElement)number : TensorElement.Unknown;

    private static void ReadShape(ProtobufReader reader, long end, List<(long Size, string? Name)> axes)
    {
        while (reader.Next(end))
        {
            if (reader.Field == 1)
                axes.Add(ReadDimension(reader, reader.Message()));
            else
                reader.Skip();
        }
    }

    private static (long Size, string? Name) ReadDimension(ProtobufReader reader, long end)
    {
        long size = -1;
        string? name = null;
        while (reader.Next(end))
        {
            if (reader.Field == 1)
                size = reader.Integer();
            else if (reader.Field == 2)
                name = reader.Text();
            else
                reader.Skip();
        }

        if (size > int.MaxValue)
            throw new InvalidDataException($"an input or output has an axis of {size} elements");
        return size > 0 ? (size, null) : (-1, name);
    }

    private static void CheckExternalFiles(string file, Dictionary<string, long> externalFiles)
    {
        string folder = Path.GetFullPath(Path.GetDirectoryName(file)!);
        foreach ((string name, long size) in externalFiles)
        {
            string? path = name.Contains('\0') ? null : Path.GetFullPath(Path.Combine(folder, name));
            if (path?.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) != true)
                throw new BundleException(file, $"its weights point outside the bundle, to '{name}'.");
            if (!File.Exists(path))
                throw new BundleException(path, $"the file is missing; it contains weights of {Path.GetFileName(file)}.");
            LfsPointer.Refuse(path);
            if (LengthOf(path) < size)
            {
                throw new BundleException(path,
                    $"the file has {LengthOf(path)} bytes; the graph needs {size}: it is truncated. Copy or export it again.");
            }
        }
    }

    private static long LengthOf(string path)
    {
        using var stream = File.OpenRead(path); // follows symbolic links, as in the Hugging Face cache; FileInfo.Length does not
        return stream.Length;
    }
}
