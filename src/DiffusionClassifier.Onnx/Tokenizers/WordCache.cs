using System.Collections.Concurrent;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// Remembers the tokens of words: the prompts of a request differ in one word or two. Bounded by no longer adding, never by throwing out:
/// what comes first, the words of templates, comes most. Thread-safe.
/// </summary>
internal sealed class WordCache(BpeWordEncoder encoder)
{
    private const int MaxWords = 10_000; // as Hugging Face's fast tokenizer; below 4 MB
    private const int MaxWordLength = 64; // longer than words of any language are: what is longer is not said twice

    private readonly ConcurrentDictionary<string, int[]> _words = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The word's tokens; not to be changed.</summary>
    public int[] Encode(ReadOnlySpan<char> word)
    {
        if (_words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out int[]? known))
            return known;
        int[] tokens = encoder.Encode(word);
        // Two threads may pass the test at once: the bound is exceeded by the number of threads at most.
        if (word.Length <= MaxWordLength && Volatile.Read(ref _count) < MaxWords && _words.TryAdd(word.ToString(), tokens))
            Interlocked.Increment(ref _count);
        return tokens;
    }
}
