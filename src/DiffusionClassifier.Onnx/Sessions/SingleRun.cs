using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DiffusionClassifier.Onnx.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// One call of a graph on buffers made for it: for encoders, which run once for an image or a prompt. Element types are converted to and
/// from the graph's own. Owned by its caller, for the call.
/// </summary>
internal sealed class SingleRun : IDisposable
{
    private readonly List<string> _names = [];
    private readonly List<OrtValue> _values = [];

    /// <summary>Adds a float or half input.</summary>
    /// <param name="input">Its name and element type.</param>
    /// <param name="values">As many as <paramref name="shape"/> says.</param>
    /// <param name="shape">Sizes of the input.</param>
    public SingleRun Add(GraphTensor input, float[] values, params long[] shape) => Add(input.Name, input.Element switch
    {
        TensorElement.Half => OrtValue.CreateTensorValueFromMemory(ToHalf(values), shape),
        TensorElement.BFloat16 => OrtValue.CreateTensorValueFromMemory(ToBrain(values), shape),
        _ => OrtValue.CreateTensorValueFromMemory(values, shape),
    });

    /// <summary>Adds an input of whole numbers.</summary>
    /// <inheritdoc cref="Add(GraphTensor, float[], long[])"/>
    public SingleRun Add(GraphTensor input, long[] values, params long[] shape) => Add(input.Name, input.Element == TensorElement.Int32
        ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, id => (int)id), shape)
        : OrtValue.CreateTensorValueFromMemory(values, shape));

    /// <summary>Runs the graph.</summary>
    /// <returns>Values and sizes of each output that is asked for, in that order.</returns>
    public IReadOnlyList<(float[] Values, long[] Shape)> Run(OnnxSession session, params IReadOnlyList<GraphTensor> outputs)
    {
        using IDisposableReadOnlyCollection<OrtValue> given = session.Run(_names, _values, [.. outputs.Select(output => output.Name)]);
        return [.. given.Select(Read)];
    }

    public void Dispose() => _values.ForEach(value => value.Dispose());

    private SingleRun Add(string name, OrtValue value)
    {
        _names.Add(name);
        _values.Add(value);
        return this;
    }

    private static (float[] Values, long[] Shape) Read(OrtValue output)
    {
        OrtTensorTypeAndShapeInfo info = output.GetTensorTypeAndShape();
        return (info.ElementDataType switch
        {
            TensorElementType.Float16 => ToSingle(output.GetTensorDataAsSpan<Float16>()),
            TensorElementType.BFloat16 => ToSingle(output.GetTensorDataAsSpan<BFloat16>()),
            _ => output.GetTensorDataAsSpan<float>().ToArray(),
        }, info.Shape);
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

    private static BFloat16[] ToBrain(float[] values)
    {
        var converted = new BFloat16[values.Length];
        BrainFloat.FromSingle(values, MemoryMarshal.Cast<BFloat16, ushort>(converted.AsSpan()));
        return converted;
    }

    private static float[] ToSingle(ReadOnlySpan<BFloat16> values)
    {
        var converted = new float[values.Length];
        BrainFloat.ToSingle(MemoryMarshal.Cast<BFloat16, ushort>(values), converted);
        return converted;
    }
}
