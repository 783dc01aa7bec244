namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>A token with a meaning of its own: start, end, unknown or padding.</summary>
/// <param name="Content">How it is written in a text.</param>
/// <param name="Id">Its id in the vocabulary.</param>
/// <param name="Normalized">
/// Whether it is looked for after the text was normalized (so in any letter case) rather than before: <c>AddedToken.normalized</c>.
/// </param>
internal sealed record SpecialToken(string Content, int Id, bool Normalized = true);
