using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>An input of a denoiser, beside x_t and t, and what it is given. Immutable.</summary>
/// <param name="Tensor">Its name and element type in the graph.</param>
/// <param name="Source">Where its numbers come from.</param>
/// <param name="Shape">Its sizes in a call; −1 stands for the number of rows.</param>
internal sealed record DenoiserInput(GraphTensor Tensor, InputSource Source, params IReadOnlyList<long> Shape)
{
    /// <summary>The size that stands for the number of rows.</summary>
    public const long Rows = -1;

    /// <summary>The numbers of a constant: of one row if it has rows, else of all of it.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];
}
