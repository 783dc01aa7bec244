using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>An output of a text encoder that a denoiser is told. Immutable.</summary>
/// <param name="Tensor">Its name and element type in the graph.</param>
/// <param name="Width">Its last size: features of one token, or of the prompt as a whole.</param>
internal sealed record TextOutput(GraphTensor Tensor, int Width);
