using DiffusionClassifier.Onnx.Graphs;
using Microsoft.ML.OnnxRuntime;

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
    public const long Rows = TensorLayout.Rows;

    public TensorLayout Layout { get; } = new(tensor, shape);

    public string Name => tensor.Name;

    /// <summary>Address of the pinned memory.</summary>
    public abstract nint Address { get; }

    /// <summary>Brings the first rows into the graph's form before a call (inputs), or out of it after the call (outputs).</summary>
    public virtual void Convert(int rows)
    {
    }

    /// <summary>A tensor over the first rows; valid as long as this object.</summary>
    public OrtValue Bind(int rows) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, Layout.ElementType, Layout.Shape(rows), Address, Layout.Bytes(rows));
}
