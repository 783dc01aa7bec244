namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// The part of the tokenizer that a library does: byte-pair encoding of one word. What comes before (special tokens, normalisation, words) is
/// the same code for all engines, as .NET's normalisation and regular expressions are not those of the reference. Thread-safe.
/// </summary>
internal interface IWordEncoder
{
    /// <summary>The word's UTF-8 bytes, the last with the end-of-word mark, merged as long as a rule applies.</summary>
    /// <param name="word">Not empty, well-formed UTF-16.</param>
    int[] Encode(ReadOnlySpan<char> word);
}
