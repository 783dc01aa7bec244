using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DiffusionClassifier.Onnx.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// One call of a graph with one input, on buffers made for it: for encoders, which run once for an image or a prompt. Element types are
/// converted to and from the graph's own. Stateless.
/// </summary>
internal static class SingleRun
{
    /// <param name="session">The graph.</param>
    /// <param name="input">A float or half input.</param>
    /// <param name="values">As many as <paramref name="shape"/> says.</param>
    /// <param name="shape">Sizes of the input.</param>
    /// <param name="output">The output to read.</param>
    /// <returns>The output's values and sizes.</returns>
    public static (float[] Values, long[] Shape) Run(
        OnnxSession session, GraphTensor input, float[] values, long[] shape, GraphTensor output)
    {
        using OrtValue value = input.Element == TensorElement.Half
            ? OrtValue.CreateTensorValueFromMemory(ToHalf(values), shape)
            : OrtValue.CreateTensorValueFromMemory(values, shape);
        return Run(session, input.Name, value, output.Name);
    }

    /// <inheritdoc cref="Run(OnnxSession, GraphTensor, float[], long[], GraphTensor)"/>
    public static (float[] Values, long[] Shape) Run(
        OnnxSession session, GraphTensor input, long[] values, long[] shape, GraphTensor output)
    {
        using OrtValue value = input.Element == TensorElement.Int32
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, id => (int)id), shape)
            : OrtValue.CreateTensorValueFromMemory(values, shape);
        return Run(session, input.Name, value, output.Name);
    }

    private static (float[] Values, long[] Shape) Run(OnnxSession session, string input, OrtValue value, string output)
    {
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(input, value, output);
        OrtTensorTypeAndShapeInfo info = outputs[0].GetTensorTypeAndShape();
        float[] values = info.ElementDataType == TensorElementType.Float16
            ? ToSingle(outputs[0].GetTensorDataAsSpan<Float16>())
            : outputs[0].GetTensorDataAsSpan<float>().ToArray();
        return (values, info.Shape);
    }

    private static Float16[] ToHalf(float[] values)
    {
        var converted = new Float16[values.Length];
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<Float16, Half>(converted.AsSpan()));
        return converted;
    }

    private static float[] ToSingle(ReadOnlySpan<Float16> values)
    {
        var converted = new float[values.Length];
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<Float16, Half>(values), converted);
        return converted;
    }
}
