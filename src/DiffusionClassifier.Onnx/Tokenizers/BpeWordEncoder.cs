using Microsoft.ML.Tokenizers;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// Microsoft.ML.Tokenizers' byte-pair encoder, word by word. What comes before it (special tokens, normalization, words) is our own: the
/// library's is not that of the reference. Thread-safe.
/// </summary>
internal sealed class BpeWordEncoder
{
    private readonly BpeTokenizer _tokenizer;

    public BpeWordEncoder(TokenizerConfig config)
    {
        // The unknown token may be named by another file than the vocabulary; the library looks for it there.
        Dictionary<string, int> vocabulary = new(config.Vocabulary, StringComparer.Ordinal);
        vocabulary.TryAdd(config.Unknown.Content, config.Unknown.Id);
        _tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            // A rule that is listed twice counts with its last rank; the library refuses to see it twice.
            Merges = config.Merges.Reverse().Distinct().Reverse().Select(merge => $"{merge.Left} {merge.Right}"),
            EndOfWordSuffix = ByteAlphabet.EndOfWord,
            UnknownToken = config.Unknown.Content,
            ByteLevel = true,
        });
    }

    /// <summary>The word's UTF-8 bytes, the last with the end-of-word mark, merged as long as a rule applies.</summary>
    /// <param name="word">Not empty, well-formed UTF-16.</param>
    public int[] Encode(ReadOnlySpan<char> word) =>
        [.. _tokenizer.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false)];
}
