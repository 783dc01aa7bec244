using System.Buffers;
using System.Text;
using DiffusionClassifier.Onnx.Files;
using Microsoft.ML.Tokenizers;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// T5's SentencePiece tokenizer: (1) special tokens are split out, (2) the rest is normalized and cut into the pieces of highest
/// probability by Microsoft.ML.Tokenizers, (3) end and padding follow. There is no start token. Thread-safe.
/// </summary>
/// <remarks>
/// The library runs wherever .NET does; Hugging Face's own, in Rust, has a native file for each platform. Where the library differs from
/// SentencePiece, this class makes up for it: it gives an unknown token for each unknown character where SentencePiece gives one for a run
/// of them, and it keeps control characters that the normalization nmt_nfkc deletes. Runs of one letter that several pieces divide equally
/// well may still be divided in another order.
/// </remarks>
internal sealed class T5Tokenizer : ITextTokenizer
{
    // nmt_nfkc (sentencepiece, builder.cc BuildNmtNFKCMap) deletes them.
    private static readonly SearchValues<char> Deleted = SearchValues.Create("\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000B\u000E"
        + "\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u007F\u008F\u009F");

    private const char Replacement = '\uFFFD';

    private readonly SentencePieceTokenizer _pieces;
    private readonly SpecialTokenFinder _special;
    private readonly T5Vocabulary _vocabulary;
    private readonly bool _lowersCase;

    private T5Tokenizer(T5Vocabulary vocabulary, int maxLength, bool lowersCase)
    {
        (_vocabulary, MaxLength, _lowersCase) = (vocabulary, maxLength, lowersCase);
        _pieces = vocabulary.CreateTokenizer();
        _special = new SpecialTokenFinder(vocabulary.Special);
    }

    public int MaxLength { get; }

    /// <summary>The largest id that a text can become.</summary>
    public int LargestId => _vocabulary.LargestId;

    /// <summary>The end token needs a place.</summary>
    public int TextCapacity => MaxLength - 1;

    /// <param name="folder">The tokenizer's folder, with <c>spiece.model</c> or <c>tokenizer.json</c>.</param>
    /// <param name="maxLength">How many ids a text becomes, at least 2.</param>
    /// <param name="lowersCase">Whether texts lose their capitals, and blanks around them, first (PixArt).</param>
    /// <exception cref="BundleException">A file is missing or broken, or is that of another tokenizer.</exception>
    public static T5Tokenizer Read(string folder, int maxLength, bool lowersCase)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 2);
        return new T5Tokenizer(T5Vocabulary.Read(folder), maxLength, lowersCase);
    }

    public int Encode(string text, Span<long> ids)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (ids.Length != MaxLength)
            throw new ArgumentException($"The ids need exactly {MaxLength} places, not {ids.Length}.", nameof(ids));
        TokenSink sink = new(ids[..^1]);
        ReadOnlySpan<char> rest = _lowersCase ? text.ToLowerInvariant().Trim() : text;
        SpecialToken? token;
        do
        {
            token = _special.Next(ref rest, out ReadOnlySpan<char> before);
            sink.Add(EncodeOrdinary(before));
            sink.Add(token);
        }
        while (token is not null);

        int end = Math.Min(sink.Count, ids.Length - 1);
        ids[end] = _vocabulary.End.Id;
        ids[(end + 1)..].Fill(_vocabulary.Padding.Id);
        return sink.Count;
    }

    private int[] EncodeOrdinary(ReadOnlySpan<char> text)
    {
        IReadOnlyList<int> ids = _pieces.EncodeToIds(Clean(text), addBeginningOfSentence: false, addEndOfSentence: false);
        int unknown = _vocabulary.Unknown.Id;
        return [.. ids.Where((id, i) => id != unknown || i == 0 || ids[i - 1] != unknown)];
    }

    // Half a surrogate pair is no text to the library.
    private static string Clean(ReadOnlySpan<char> text)
    {
        var clean = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out Rune rune, out int length) != OperationStatus.Done)
                clean.Append(Replacement);
            else if (length > 1 || !Deleted.Contains(text[0]))
                clean.Append(text[..length]);
            text = text[length..];
        }

        return clean.ToString();
    }
}
