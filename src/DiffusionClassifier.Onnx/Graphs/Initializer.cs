namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>What a graph says about one of its weights.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Element">Its element type.</param>
/// <param name="Shape">Its axes.</param>
/// <param name="ExternalFile">Name of the file that holds it; null: the graph's own.</param>
/// <param name="ExternalEnd">Where it ends in that file, in bytes.</param>
internal readonly record struct Initializer(
    string Name, TensorElement Element, IReadOnlyList<long> Shape, string? ExternalFile, long ExternalEnd)
{
    /// <exception cref="OverflowException">A damaged shape.</exception>
    public long Elements => Shape.Aggregate(1L, (product, size) => checked(product * size));
}
