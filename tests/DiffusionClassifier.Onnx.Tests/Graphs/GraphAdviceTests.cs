using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Tests.Bundles;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Graphs;

public sealed class GraphAdviceTests
{
    private static readonly GraphNode[] Attention =
    [
        new("MatMul", ["q", "k"], ["products"]),
        new("Mul", ["products", "scale"], ["scores"]),
        new("Add", ["mask", "scores"], ["masked"]),
        new("Softmax", ["masked"], ["weights"]),
        new("MatMul", ["weights", "v"], ["out"]),
    ];

    [Fact]
    public void An_attention_in_pieces_is_counted_and_a_fused_one_is_not()
    {
        GraphNode[] again = [.. Attention.Select(node => new GraphNode(
            node.Operator, [.. node.Inputs.Select(name => $"{name}2")], [.. node.Outputs.Select(name => $"{name}2")]))];

        Assert.StartsWith("2 attentions are a chain", Assert.Single(GraphAdvice.Of([.. Attention, .. again], isHalf: false)), StringComparison.Ordinal);
        Assert.Empty(GraphAdvice.Of([new("MultiHeadAttention", ["q", "k", "v"], ["out"]), new("MatMul", ["out", "w"], ["next"])], isHalf: true));
    }

    [Fact]
    public void A_softmax_that_is_no_attention_is_left_alone()
    {
        GraphNode[] head = [new("MatMul", ["x", "w"], ["logits"]), new("Softmax", ["logits"], ["posterior"]), new("Mul", ["posterior", "c"], ["y"])];

        Assert.Empty(GraphAdvice.Of(head, isHalf: true));
    }

    [Fact]
    public void In_float16_an_attention_in_pieces_may_overflow() =>
        Assert.Contains(GraphAdvice.Of(Attention, isHalf: true), advice => advice.Contains("export attention in float32", StringComparison.Ordinal));

    [Fact]
    public void Branches_and_sizes_computed_at_each_call_keep_a_graph_from_running_as_one()
    {
        string[] advice = [.. GraphAdvice.Of([new("If", ["c"], ["y"]), new("NonZero", ["y"], ["z"]), new("Shape", ["z"], ["s"])], isHalf: false)];

        Assert.Equal(2, advice.Length);
        Assert.StartsWith("If, NonZero cannot be part of a CUDA graph", advice[0], StringComparison.Ordinal);
        Assert.StartsWith("Sizes are computed on the CPU at each call (Shape: 1 times)", advice[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_nodes_of_a_file_are_read_and_those_of_its_branches_left_out()
    {
        using var folder = new TemporaryFolder();
        byte[] inner = OnnxBytes.Bytes(6, OnnxBytes.Bytes(1, OnnxBytes.Text(4, "Loop"))); // an attribute that is a graph
        string file = folder.Write("model.onnx", OnnxBytes.Model(
            Node("MatMul", ["a", "b"], "c"), OnnxBytes.Bytes(1, [.. OnnxBytes.Text(4, "If"), .. OnnxBytes.Bytes(5, inner)])));

        IReadOnlyList<GraphNode> nodes = GraphNodeReader.Read(file);

        Assert.Equal(["MatMul", "If"], nodes.Select(node => node.Operator));
        Assert.Equal(["a", "b", "c"], nodes[0].Inputs.Concat(nodes[0].Outputs));
    }

    [Fact]
    public void A_file_that_was_cut_off_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = File.ReadAllBytes(Path.Combine(TemporaryBundle.Original, TemporaryBundle.Model));

        string file = folder.Write("model.onnx", [.. whole.Take(whole.Length - 1)]);

        Assert.Throws<Files.BundleException>(() => GraphNodeReader.Read(file));
    }

    private static byte[] Node(string op, string[] inputs, string output) => OnnxBytes.Bytes(1,
        [.. inputs.SelectMany(input => OnnxBytes.Text(1, input)), .. OnnxBytes.Text(2, output), .. OnnxBytes.Text(4, op)]);
}
