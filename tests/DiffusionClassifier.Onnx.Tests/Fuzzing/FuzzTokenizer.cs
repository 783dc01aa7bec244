using System.Text.Json;
using DiffusionClassifier.Onnx.Tokenizers;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>A tokenizer's files with CLIP's structure and special tokens: all bytes, with and without the end-of-word mark, and merges for some words.</summary>
internal static class FuzzTokenizer
{
    public const string Start = "<|startoftext|>", End = "<|endoftext|>";

    // Their merges overlap, and the last has bytes beyond ASCII.
    private static readonly string[] Words = ["a", "photo", "of", "the", "there", "other", "cat", "catalogue", "dog", "low", "lower", "lowest", "newer", "aaaa", "été"];

    /// <summary>File names and contents.</summary>
    /// <param name="maxLength">Ids of an encoded text.</param>
    public static Dictionary<string, string> Files(int maxLength)
    {
        List<(string Left, string Right)> merges = MakeMerges();
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => ByteAlphabet.Symbol((byte)value))];
        IEnumerable<string> symbols = [.. bytes, .. bytes.Select(symbol => symbol + ByteAlphabet.EndOfWord), .. merges.Select(merge => merge.Left + merge.Right), Start, End];
        return new()
        {
            ["vocab.json"] = JsonSerializer.Serialize(symbols.Distinct().Index().ToDictionary(pair => pair.Item, pair => pair.Index)),
            ["merges.txt"] = "#version: 0.2\n" + string.Concat(merges.Select(merge => $"{merge.Left} {merge.Right}\n")),
            ["tokenizer_config.json"] = $$"""{ "model_max_length": {{maxLength}}, "bos_token": "{{Start}}", "eos_token": "{{End}}", "unk_token": { "content": "{{End}}", "normalized": false } }""",
            ["special_tokens_map.json"] = $$"""{ "bos_token": { "content": "{{Start}}", "normalized": true }, "pad_token": "!" }""",
        };
    }

    public static TokenizerConfig Config(int maxLength)
    {
        string folder = Directory.CreateTempSubdirectory("fuzz-tokenizer-").FullName;
        try
        {
            foreach ((string name, string content) in Files(maxLength))
                File.WriteAllText(Path.Combine(folder, name), content);
            return TokenizerConfig.Read(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Each word is put together from the left: every prefix becomes a symbol.
    private static List<(string Left, string Right)> MakeMerges()
    {
        List<(string, string)> merges = [];
        foreach (string word in Words)
        {
            string[] symbols = [.. System.Text.Encoding.UTF8.GetBytes(word).Select(ByteAlphabet.Symbol)];
            symbols[^1] += ByteAlphabet.EndOfWord;
            string merged = symbols[0];
            foreach (string symbol in symbols[1..])
            {
                if (!merges.Contains((merged, symbol)))
                    merges.Add((merged, symbol));
                merged += symbol;
            }
        }

        return merges;
    }
}
