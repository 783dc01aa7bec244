namespace DiffusionClassifier.Onnx.Tests.Graphs;

/// <summary>Moves the weights of an ONNX file into a file beside it, as exporters do above 2 GB. Field numbers: onnx.proto.</summary>
internal static class ExternalData
{
    private const int Graph = 7, Initializer = 5, RawData = 9, ExternalDataField = 13, DataLocation = 14;

    /// <returns>The graph without its weights, and the weights.</returns>
    public static (byte[] Model, byte[] Weights) Split(byte[] model, string location)
    {
        List<byte> weights = [];
        byte[] graph = ProtobufEdit.Replace(model, Graph, fields => ProtobufEdit.Replace(fields, Initializer, initializer => Move(initializer, location, weights)));
        return (graph, [.. weights]);
    }

    private static byte[] Move(byte[] initializer, string location, List<byte> weights)
    {
        long offset = weights.Count;
        byte[] moved = ProtobufEdit.Replace(initializer, RawData, raw =>
        {
            weights.AddRange(raw);
            return null;
        });
        return weights.Count == offset ? initializer :
        [
            .. moved, .. Entry("location", location), .. Entry("offset", $"{offset}"), .. Entry("length", $"{weights.Count - offset}"), .. OnnxBytes.Integer(DataLocation, 1),
        ];
    }

    private static byte[] Entry(string key, string value) => OnnxBytes.Bytes(ExternalDataField, [.. OnnxBytes.Text(1, key), .. OnnxBytes.Text(2, value)]);
}
