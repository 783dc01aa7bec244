using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>
/// Reads the nodes of an ONNX file, those inside of loops and branches left out. Field numbers: onnx.proto (ModelProto, GraphProto,
/// NodeProto, AttributeProto, TensorProto).
/// </summary>
internal static class GraphNodeReader
{
    private const string Constant = "Constant";

    /// <exception cref="BundleException">The file is not a whole ONNX model.</exception>
    public static IReadOnlyList<GraphNode> Read(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return ReadModel(new ProtobufReader(stream), stream.Length);
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

    private static List<GraphNode> ReadModel(ProtobufReader reader, long end)
    {
        List<GraphNode> nodes = [];
        while (reader.Next(end))
        {
            if (reader.Field == 7)
                ReadGraph(reader, reader.Message(), nodes);
            else
                reader.Skip();
        }

        return nodes;
    }

    private static void ReadGraph(ProtobufReader reader, long end, List<GraphNode> nodes)
    {
        while (reader.Next(end))
        {
            if (reader.Field == 1)
                nodes.Add(ReadNode(reader, reader.Message()));
            else
                reader.Skip();
        }
    }

    private static GraphNode ReadNode(ProtobufReader reader, long end)
    {
        string name = "";
        long? number = null;
        List<string> inputs = [], outputs = [];
        while (reader.Next(end))
        {
            if (reader.Field == 1)
                inputs.Add(reader.Text());
            else if (reader.Field == 2)
                outputs.Add(reader.Text());
            else if (reader.Field == 4)
                name = reader.Text();
            else if (reader.Field == 5)
                number = ReadNumber(reader, reader.Message(), field: 5) ?? number;
            else
                reader.Skip();
        }

        return new GraphNode(name, inputs, outputs) { Number = name == Constant ? number : null };
    }

    // An attribute holds a tensor (5), and a tensor its numbers as integers (7) or bytes (9).
    private static long? ReadNumber(ProtobufReader reader, long end, int field)
    {
        long? number = null;
        bool isWhole = true;
        while (reader.Next(end))
        {
            if (reader.Field == field && field == 5)
                number = ReadNumber(reader, reader.Message(), field: 0);
            else if (field == 0 && reader.Field == 2)
                isWhole = (TensorElement)reader.Integer() == TensorElement.Int64;
            else if (field == 0 && reader.Field == 7)
                number = reader.Integers().ToArray() is [var only] ? only : null;
            else if (field == 0 && reader.Field == 9)
                number = reader.RawNumber();
            else
                reader.Skip();
        }

        return isWhole ? number : null;
    }
}
