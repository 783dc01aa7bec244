namespace DiffusionClassifier.Onnx.Tokenizers.Portable;

/// <summary>What two symbols become, and how early.</summary>
internal readonly record struct Merge(int Rank, int Id);
