namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>The tokenizer of this build. Each set of engines has its own file of this name.</summary>
internal static class TokenizerEngine
{
    /// <summary>Our own byte-pair encoder; make one per bundle and share it.</summary>
    public static ITextTokenizer Create(TokenizerConfig config) => new ClipTokenizer(config, new Portable.WordEncoder(config));
}
