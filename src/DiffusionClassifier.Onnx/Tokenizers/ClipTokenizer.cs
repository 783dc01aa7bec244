namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// CLIP's byte-pair tokenizer, equal to Hugging Face's fast one. The scheme is OpenAI CLIP's (clip/simple_tokenizer.py); the details, where
/// the two differ, are those of transformers' CLIPConverter (convert_slow_tokenizer.py): (1) special tokens are split out, (2) the rest is
/// normalized, (3) cut into words, (4) each word's UTF-8 bytes are merged by rank, (5) start, end and padding go around. Thread-safe.
/// </summary>
internal sealed class ClipTokenizer : ITextTokenizer
{
    private readonly TokenizerConfig _config;
    private readonly SpecialTokenFinder _verbatim;
    private readonly SpecialTokenFinder _normalized;
    private readonly WordCache _words;

    public ClipTokenizer(TokenizerConfig config)
    {
        _config = config;
        _verbatim = new SpecialTokenFinder(config.InText.Where(token => !token.Normalized));
        _normalized = new SpecialTokenFinder(config.InText.Where(token => token.Normalized)
            .Select(token => token with { Content = TextNormalizer.Normalize(token.Content) }));
        _words = new WordCache(new BpeWordEncoder(config));
    }

    public int MaxLength => _config.MaxLength;

    public int Encode(string text, Span<long> ids)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (ids.Length != MaxLength)
            throw new ArgumentException($"The ids need exactly {MaxLength} places, not {ids.Length}.", nameof(ids));
        TokenSink sink = new(ids[1..^1]);
        ReadOnlySpan<char> rest = text;
        SpecialToken? token;
        do
        {
            token = _verbatim.Next(ref rest, out ReadOnlySpan<char> before);
            EncodeOrdinary(before.ToString(), ref sink);
            sink.Add(token);
        }
        while (token is not null);

        ids[0] = _config.Start.Id;
        int end = 1 + Math.Min(sink.Count, ids.Length - 2);
        ids[end] = _config.End.Id;
        ids[(end + 1)..].Fill(_config.Padding.Id);
        return sink.Count;
    }

    private void EncodeOrdinary(string text, ref TokenSink sink)
    {
        ReadOnlySpan<char> rest = TextNormalizer.Normalize(text);
        SpecialToken? token;
        do
        {
            token = _normalized.Next(ref rest, out ReadOnlySpan<char> words);
            while (WordSplitter.Next(ref words) is { IsEmpty: false } word)
                sink.Add(_words.Encode(word));
            sink.Add(token);
        }
        while (token is not null);
    }
}
