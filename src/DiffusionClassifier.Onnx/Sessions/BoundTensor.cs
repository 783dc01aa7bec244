using DiffusionClassifier.Onnx.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// An input or output of a denoiser over memory that never moves, so that ONNX Runtime's view of it is made once. Owned by one
/// <see cref="OnnxDenoisingBatch"/>.
/// </summary>
/// <param name="tensor">Its name and element type in the graph.</param>
/// <param name="shape">Its sizes; −1 stands for the number of rows.</param>
internal abstract class BoundTensor(GraphTensor tensor, params long[] shape)
{
    /// <summary>The batch axis of a shape.</summary>
    public const long Rows = -1;

    public string Name => tensor.Name;

    /// <summary>Brings the first rows into the graph's form before a call (inputs), or out of it after the call (outputs).</summary>
    public virtual void Convert(int rows)
    {
    }

    /// <summary>A tensor over the first rows; valid as long as this object.</summary>
    public OrtValue Bind(int rows) => OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, (TensorElementType)tensor.Element,
        [.. shape.Select(size => size == Rows ? rows : size)], Address, Elements(rows) * ElementSize);

    /// <summary>Address of the pinned memory.</summary>
    protected abstract nint Address { get; }

    /// <summary>Bytes of one element.</summary>
    protected abstract int ElementSize { get; }

    /// <summary>Elements of the first rows.</summary>
    protected int Elements(int rows)
    {
        long elements = 1;
        foreach (long size in shape)
            elements *= size == Rows ? rows : size;
        return checked((int)elements);
    }
}
