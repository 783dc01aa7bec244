using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>
/// Reads the nodes of an ONNX file, those inside of loops and branches left out. Field numbers: onnx.proto (ModelProto, GraphProto,
/// NodeProto).
/// </summary>
internal static class GraphNodeReader
{
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
        List<string> inputs = [], outputs = [];
        while (reader.Next(end))
        {
            if (reader.Field == 1)
                inputs.Add(reader.Text());
            else if (reader.Field == 2)
                outputs.Add(reader.Text());
            else if (reader.Field == 4)
                name = reader.Text();
            else
                reader.Skip();
        }

        return new GraphNode(name, inputs, outputs);
    }
}
