namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>Where a denoiser's graph is slow or unsafe as it was exported, and what to export instead. Stateless.</summary>
internal static class GraphAdvice
{
    private const string MatrixProduct = "MatMul", Softmax = "Softmax", Shape = "Shape";
    private const int LongestScaling = 6; // nodes between the product and the softmax: scale, mask, casts, reshapes

    // Whose results have sizes, or steps, that are known only when they ran: a CUDA graph cannot hold them.
    private static readonly HashSet<string> DataDependent =
        ["If", "Loop", "Scan", "NonZero", "Unique", "Compress", "SequenceAt", "SequenceConstruct", "SplitToSequence", "ConcatFromSequence"];

    private static readonly HashSet<string> Scaling =
        ["Mul", "Div", "Add", "Sub", "Where", "Cast", "Reshape", "Clip", "Identity", "Squeeze", "Unsqueeze"];

    /// <param name="nodes">The graph's.</param>
    /// <param name="isHalf">Whether it computes in float16.</param>
    /// <returns>Sentences, none if nothing is to be said.</returns>
    public static IEnumerable<string> Of(IReadOnlyList<GraphNode> nodes, bool isHalf)
    {
        int attention = UnfusedAttention(nodes);
        if (attention > 0)
        {
            string are = attention == 1 ? "1 attention is" : $"{attention} attentions are";
            yield return $"{are} a chain of {MatrixProduct}, {Softmax} and {MatrixProduct}, which is slow on CUDA: "
                + "export each as one node, com.microsoft::MultiHeadAttention, as models/export/fuse.py does.";
            if (isHalf)
            {
                yield return "Their scores are computed in float16, which ends at 65,504: if --check finds rows that are not finite, "
                    + "export attention in float32.";
            }
        }

        string[] dependent =
            [.. nodes.Select(node => node.Operator).Where(DataDependent.Contains).Distinct().Order(StringComparer.Ordinal)];
        if (dependent.Length > 0)
        {
            yield return $"{string.Join(", ", dependent)} cannot be part of a CUDA graph and wait for the CPU at each call: export "
                + "without branches and without sizes that depend on data.";
        }

        int shapes = nodes.Count(node => node.Operator == Shape);
        if (shapes > 0)
        {
            yield return $"Sizes are computed on the CPU at each call ({Shape}: {shapes} times): export with fixed sizes of "
                + "everything except the batch.";
        }
    }

    // Products whose result reaches a product through a softmax, scaled or masked before it.
    private static int UnfusedAttention(IReadOnlyList<GraphNode> nodes)
    {
        Dictionary<string, GraphNode> makers = [];
        foreach (GraphNode node in nodes)
        {
            foreach (string output in node.Outputs)
                makers[output] = node;
        }

        return nodes.Count(product => product.Operator == MatrixProduct && product.Inputs.Any(weights =>
            Behind(makers, weights, Softmax) is { Inputs: [var scores, ..] } && Behind(makers, scores, MatrixProduct) is not null));
    }

    // The node of that operator whose result this is, whatever scaled it on its way.
    private static GraphNode? Behind(Dictionary<string, GraphNode> makers, string tensor, string wanted, int steps = LongestScaling)
    {
        if (!makers.TryGetValue(tensor, out GraphNode? maker))
            return null;
        if (maker.Operator == wanted)
            return maker;
        return steps > 0 && Scaling.Contains(maker.Operator)
            ? maker.Inputs.Select(input => Behind(makers, input, wanted, steps - 1)).FirstOrDefault(found => found is not null)
            : null;
    }
}
