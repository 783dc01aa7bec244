using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>
/// Finds the number of tokens that an export is bound to although its inputs say any: where tracing wrote the length of the mask that it
/// saw into a reshape of it (torch.onnx of diffusers' <c>prepare_attention_mask</c>). Stateless.
/// </summary>
internal static class TracedLength
{
    private const string Reshape = "Reshape", Concat = "Concat";

    /// <param name="graph">The denoiser.</param>
    /// <param name="mask">The name of its input that says which tokens are padding.</param>
    /// <returns>The length; null if the graph takes any, as far as can be seen.</returns>
    public static int? Find(OnnxGraph graph, string mask)
    {
        IReadOnlyList<GraphNode> nodes = GraphNodeReader.Read(graph.File);
        Dictionary<string, GraphNode> makers = [];
        foreach (GraphNode node in nodes)
        {
            foreach (string output in node.Outputs)
                makers[output] = node;
        }

        HashSet<string> ofMask = [mask];
        foreach (GraphNode node in nodes) // which are in the order in which they run
        {
            if (!node.Inputs.Any(ofMask.Contains))
                continue;
            if (node is { Operator: Reshape, Inputs: [_, var shape, ..] }
                && makers.GetValueOrDefault(shape) is { Operator: Concat, Inputs: [.., var last] }
                && makers.GetValueOrDefault(last)?.Number is > 1 and <= int.MaxValue and var length)
            {
                return (int)length;
            }

            ofMask.UnionWith(node.Outputs);
        }

        return null;
    }
}
