using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>A tensor over pinned memory whose numbers the graph reads or writes as they are.</summary>
internal class PinnedTensor<T> : BoundTensor where T : unmanaged
{
    /// <param name="tensor">Its name and element type, which is <typeparamref name="T"/>'s.</param>
    /// <param name="memory">Pinned memory for the largest number of rows.</param>
    /// <param name="shape">Its sizes; <see cref="BoundTensor.Rows"/> stands for the number of rows.</param>
    public PinnedTensor(GraphTensor tensor, Memory<T> memory, params long[] shape)
        : base(tensor, shape) => Memory = memory;

    /// <summary>For the given number of rows, in memory of its own.</summary>
    protected PinnedTensor(GraphTensor tensor, int capacity, params long[] shape)
        : base(tensor, shape) => Memory = PinnedMemory.Allocate<T>(Layout.Elements(capacity));

    public sealed override unsafe nint Address => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Memory.Span));

    /// <summary>What the graph sees.</summary>
    public Memory<T> Memory { get; }
}
