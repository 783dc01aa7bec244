using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>The name, element type and sizes of a tensor whose number of rows differs from call to call. Immutable.</summary>
/// <param name="tensor">Its name and element type in the graph.</param>
/// <param name="shape">Its sizes; <see cref="Rows"/> stands for the number of rows.</param>
internal sealed class TensorLayout(GraphTensor tensor, params long[] shape)
{
    /// <summary>The batch axis of a shape.</summary>
    public const long Rows = DenoiserInput.Rows;

    public GraphTensor Tensor => tensor;

    public string Name => tensor.Name;

    public TensorElement Element => tensor.Element;

    public TensorElementType ElementType => (TensorElementType)tensor.Element;

    /// <summary>Bytes of one element.</summary>
    public int ElementSize => tensor.Element switch
    {
        TensorElement.Half or TensorElement.BFloat16 => sizeof(short),
        TensorElement.Int64 => sizeof(long),
        _ => sizeof(int), // 32-bit floats and integers
    };

    /// <summary>The sizes, with <see cref="Rows"/> in the place of the number of rows.</summary>
    public IReadOnlyList<long> Sizes => shape;

    /// <summary>The sizes for a number of rows.</summary>
    public long[] Shape(int rows) => [.. shape.Select(size => size == Rows ? rows : size)];

    /// <summary>Elements of the first rows.</summary>
    public int Elements(int rows)
    {
        long elements = 1;
        foreach (long size in shape)
            elements *= size == Rows ? rows : size;
        return checked((int)elements);
    }

    /// <summary>Bytes of the first rows.</summary>
    public long Bytes(int rows) => (long)Elements(rows) * ElementSize;
}
