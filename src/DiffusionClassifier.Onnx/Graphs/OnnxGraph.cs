using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>What an ONNX file says about itself: everything except the nodes and the values of the weights. Immutable.</summary>
/// <param name="File">Full path.</param>
/// <param name="Inputs">Graph inputs, without those that are initializers.</param>
/// <param name="Outputs">Graph outputs.</param>
/// <param name="Parameters">Number of elements of all initializers.</param>
/// <param name="Weights">The shape of each initializer, by its name.</param>
/// <param name="ExternalFiles">
/// Names of the files that hold weights next to the graph, each with the number of bytes it must have at least.
/// </param>
internal sealed record OnnxGraph(
    string File,
    IReadOnlyList<GraphTensor> Inputs,
    IReadOnlyList<GraphTensor> Outputs,
    long Parameters,
    IReadOnlyDictionary<string, IReadOnlyList<long>> Weights,
    IReadOnlyDictionary<string, long> ExternalFiles)
{
    /// <summary>The name that diffusers and optimum give to every graph of a bundle.</summary>
    public const string FileName = "model.onnx";

    private const long LargestBatch = 1 << 12; // 4096: a damaged size becomes a message, not buffers of gigabytes

    /// <summary>Whether it computes in half precision: some of its weights are so.</summary>
    public bool IsHalf { get; init; }

    /// <summary>The input of that name.</summary>
    /// <exception cref="BundleException">There is none.</exception>
    public GraphTensor Input(string name) => FindInput(name)
        ?? throw new BundleException(File, $"the graph has no input '{name}'; its inputs are {string.Join(", ", Inputs)}.");

    /// <summary>The input of that name, which must have one of the given types and ranks; its first axis is the batch.</summary>
    /// <exception cref="BundleException">There is none, or it has another type or rank, or a batch that cannot be.</exception>
    public GraphTensor Expect(string name, ReadOnlySpan<TensorElement> elements, params ReadOnlySpan<int> ranks)
    {
        GraphTensor input = Input(name);
        if (input.Dimensions is [> LargestBatch, ..])
        {
            throw new BundleException(File, $"the graph is fixed to a batch of {input.Dimensions[0]}, more than any device runs at once: "
                + "export it with a symbolic batch size.");
        }

        return elements.Contains(input.Element) && ranks.Contains(input.Rank)
            ? input
            : throw new BundleException(File, $"the input {input} is not supported: '{name}' must be "
                + $"{string.Join(" or ", elements.ToArray())} of rank {string.Join(" or ", ranks.ToArray())}.");
    }

    private GraphTensor? FindInput(string name) => Inputs.FirstOrDefault(input => input.Name == name);
}
