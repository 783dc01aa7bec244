using DiffusionClassifier.Onnx.Tests.Graphs;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>Fixes the first sizes of an ONNX file's inputs, as exports without dynamic axes have them. Field numbers: onnx.proto.</summary>
internal static class FixedBatch
{
    private const int Graph = 7, Input = 11, Type = 2, Tensor = 1, Shape = 2, Dimension = 1, Size = 1;

    public static byte[] Of(byte[] model, params int[] sizes) =>
        ProtobufEdit.Replace(model, Graph, graph => ProtobufEdit.Replace(graph, Input, input => ProtobufEdit.Replace(input, Type, type =>
            ProtobufEdit.Replace(type, Tensor, tensor => ProtobufEdit.Replace(tensor, Shape, shape => Fix(shape, sizes))))));

    private static byte[] Fix(byte[] shape, int[] sizes)
    {
        int axis = 0;
        return ProtobufEdit.Replace(shape, Dimension, dimension => axis < sizes.Length ? OnnxBytes.Integer(Size, sizes[axis++]) : dimension);
    }
}
