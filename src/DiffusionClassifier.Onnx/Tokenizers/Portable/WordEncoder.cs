using System.Text;

namespace DiffusionClassifier.Onnx.Tokenizers.Portable;

/// <summary>Our own byte-pair encoder. Immutable.</summary>
internal sealed class WordEncoder : IWordEncoder
{
    private readonly int[] _inner;
    private readonly int[] _last;
    private readonly Dictionary<(int Left, int Right), Merge> _merges = [];

    public WordEncoder(TokenizerConfig config)
    {
        int Id(string symbol) => config.Vocabulary.TryGetValue(symbol, out int id) ? id : config.Unknown.Id;
        byte[] bytes = [.. Enumerable.Range(0, byte.MaxValue + 1).Select(value => (byte)value)];
        _inner = Array.ConvertAll(bytes, value => Id(ByteAlphabet.Symbol(value)));
        _last = Array.ConvertAll(bytes, value => Id(ByteAlphabet.Symbol(value) + ByteAlphabet.EndOfWord));
        for (int rank = 0; rank < config.Merges.Count; rank++)
        {
            (string left, string right) = config.Merges[rank];
            _merges[(config.Vocabulary[left], config.Vocabulary[right])] = new Merge(rank, config.Vocabulary[left + right]);
        }
    }

    public int[] Encode(ReadOnlySpan<char> word)
    {
        var utf8 = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, utf8);
        int[] symbols = Array.ConvertAll(utf8, value => _inner[value]);
        symbols[^1] = _last[utf8[^1]];
        return new SymbolChain(symbols, _merges).MergeAll();
    }
}
