using System.Text.Json;
using DiffusionClassifier.Onnx.Tokenizers;

namespace DiffusionClassifier.Onnx.Tests.Tokenizers;

/// <summary>
/// A tokenizer/ folder with a small vocabulary of its own: a–z, digits, some punctuation and the bytes of a few other scripts, and merges that
/// tests can follow by hand. Files may be overwritten or removed before it is read.
/// </summary>
internal sealed class TokenizerFolder : IDisposable
{
    public const string Start = "<start>", End = "<end>", Padding = "<pad>";
    public const int MaxLength = 12;

    public static readonly string[] Merges = ["l o", "lo w</w>", "e r</w>", "lo w", "low er</w>", "n e", "ne w", "' s</w>", "a b", "b c", "ab c</w>", "! !</w>"];

    public TokenizerFolder()
    {
        Directory.CreateDirectory(Path);
        Write("vocab.json", JsonSerializer.Serialize(Vocabulary));
        Write("merges.txt", "#version: 0.2\n" + string.Join('\n', Merges) + "\n");
        Write("tokenizer_config.json", $$"""{ "model_max_length": {{MaxLength}}, "bos_token": "{{Start}}", "eos_token": { "content": "{{End}}", "normalized": true }, "pad_token": "{{Padding}}" }""");
    }

    public static Dictionary<string, int> Vocabulary { get; } = MakeVocabulary();

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"tokenizer-{Guid.NewGuid():N}");

    public TokenizerFolder Write(string name, string content)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, name), content);
        return this;
    }

    public TokenizerFolder Remove(string name)
    {
        File.Delete(System.IO.Path.Combine(Path, name));
        return this;
    }

    public TokenizerConfig Config() => TokenizerConfig.Read(Path);

    /// <summary>The text's own tokens as one line: start, end and padding are left out.</summary>
    public static string Symbols(ITextTokenizer tokenizer, string text)
    {
        var ids = new long[tokenizer.MaxLength];
        int count = Math.Min(tokenizer.Encode(text, ids), tokenizer.TextCapacity);
        return string.Join(' ', ids[1..(count + 1)].Select(id => Vocabulary.First(token => token.Value == id).Key));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static Dictionary<string, int> MakeVocabulary()
    {
        string[] characters = [.. "abcdefghijklmnopqrstuvwxyz0123456789!'.<>|-".Select(character => character.ToString())];
        string[] bytes = [.. new byte[] { 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80, 0xD7, 0x90, 0xCC, 0x87 }.Select(ByteAlphabet.Symbol)];
        IEnumerable<string> symbols = characters.Concat(bytes);
        IEnumerable<string> all = symbols.Concat(symbols.Select(symbol => symbol + ByteAlphabet.EndOfWord))
            .Concat(Merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal))).Concat([Start, End, Padding]);
        return all.Select((token, id) => (token, id)).ToDictionary();
    }
}
