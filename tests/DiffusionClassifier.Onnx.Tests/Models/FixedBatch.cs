using DiffusionClassifier.Onnx.Tests.Bundles;

namespace DiffusionClassifier.Onnx.Tests.Models;

/// <summary>Fixes the batch size of an ONNX file's inputs, as exports without dynamic axes have it. Field numbers: onnx.proto.</summary>
internal static class FixedBatch
{
    private const int Graph = 7, Input = 11, Type = 2, Tensor = 1, Shape = 2, Dimension = 1, Size = 1;

    public static byte[] Of(byte[] model, int batch) =>
        ProtobufEdit.Replace(model, Graph, graph => ProtobufEdit.Replace(graph, Input, input => ProtobufEdit.Replace(input, Type, type =>
            ProtobufEdit.Replace(type, Tensor, tensor => ProtobufEdit.Replace(tensor, Shape, shape => FirstDimension(shape, batch))))));

    private static byte[] FirstDimension(byte[] shape, int batch)
    {
        bool first = true;
        return ProtobufEdit.Replace(shape, Dimension, dimension => (first, first = false).Item1 ? OnnxBytes.Integer(Size, batch) : dimension);
    }
}
