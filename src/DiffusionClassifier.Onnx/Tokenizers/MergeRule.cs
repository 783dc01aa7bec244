namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>Two neighboring symbols that become one; a rule's position in its list is its rank, lower ranks go first.</summary>
internal readonly record struct MergeRule(string Left, string Right);
