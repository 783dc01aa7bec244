namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// The printable characters in which byte-level vocabularies write the 256 bytes (<c>bytes_to_unicode</c> of GPT-2's encoder.py and of
/// OpenAI CLIP's simple_tokenizer.py): a printable Latin-1 byte is itself, the others are the characters from U+0100 on, in order.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>CLIP's mark on the last symbol of a word, in place of GPT-2's mark on a leading space.</summary>
    public const string EndOfWord = "</w>";

    private const int FirstStandIn = 0x100;

    private static readonly string[] Symbols = MakeSymbols();

    public static string Symbol(byte value) => Symbols[value];

    private static string[] MakeSymbols()
    {
        var symbols = new string[byte.MaxValue + 1];
        int standIn = FirstStandIn;
        for (int value = 0; value < symbols.Length; value++)
        {
            bool printable = value is (>= '!' and <= '~') or (>= '¡' and <= '¬') or (>= '®' and <= 'ÿ');
            symbols[value] = ((char)(printable ? value : standIn++)).ToString();
        }

        return symbols;
    }
}
