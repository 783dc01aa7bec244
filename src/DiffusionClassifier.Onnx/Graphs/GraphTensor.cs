namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>An input or output of an ONNX graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Element">Its element type.</param>
/// <param name="Dimensions">One per axis: a fixed size, or −1 for a symbolic one. Empty: a scalar.</param>
internal sealed record GraphTensor(string Name, TensorElement Element, IReadOnlyList<long> Dimensions)
{
    /// <summary>The name of a symbolic first axis: axes of one name have one size in a call. Null if it has none.</summary>
    public string? BatchName { get; init; }

    public int Rank => Dimensions.Count;

    public override string ToString() => $"{Name} {Element}[{string.Join(", ", Dimensions.Select(size => size < 0 ? "?" : $"{size}"))}]";
}
