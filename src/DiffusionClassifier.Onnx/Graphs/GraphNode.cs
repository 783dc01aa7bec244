namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>One operation of a graph, without its attributes.</summary>
/// <param name="Operator">As <c>MatMul</c>.</param>
/// <param name="Inputs">Names of tensors, in the operator's order; empty if one is left out.</param>
/// <param name="Outputs">Names of tensors.</param>
internal sealed record GraphNode(string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    /// <summary>The number, where the node is a constant that is one whole number.</summary>
    public long? Number { get; init; }
}
