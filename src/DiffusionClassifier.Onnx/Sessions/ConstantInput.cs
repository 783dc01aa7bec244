using System.Numerics;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>An input that has the same numbers in every call, written once.</summary>
internal sealed class ConstantInput<T> : PinnedTensor<T> where T : unmanaged, INumberBase<T>
{
    /// <param name="tensor">Its name and element type in the graph.</param>
    /// <param name="values">One row, which is repeated, or all of a tensor without rows.</param>
    /// <param name="capacity">The largest number of rows.</param>
    /// <param name="shape">Sizes of the tensor; <see cref="BoundTensor.Rows"/> stands for the number of rows.</param>
    public ConstantInput(GraphTensor tensor, IReadOnlyList<double> values, int capacity, params long[] shape)
        : base(tensor, capacity, shape)
    {
        Span<T> all = Memory.Span;
        for (int i = 0; i < all.Length; i++)
            all[i] = T.CreateSaturating(values[i % values.Count]);
    }
}
