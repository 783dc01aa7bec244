using System.Text.Json;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// Vocabulary and merges: <c>vocab.json</c> with <c>merges.txt</c> (as the slow tokenizer saves them), or where one of them is absent
/// <c>tokenizer.json</c> (the fast tokenizer's single file). Checked against each other. Immutable.
/// </summary>
internal sealed class VocabularyFiles
{
    private const string VocabularyName = "vocab.json", MergesName = "merges.txt", FastName = "tokenizer.json";
    // The first line of merges.txt; a merge cannot start so, as "#version" is no single symbol.
    private const string VersionLine = "#version";

    private const string OnlyClip = "only CLIP's byte-pair tokenizer is known.";

    private readonly Dictionary<string, int> _vocabulary = [];
    private readonly List<MergeRule> _merges = [];
    private readonly List<SpecialToken> _added = [];

    private VocabularyFiles() { }

    public IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    /// <summary>In the order of their ranks.</summary>
    public IReadOnlyList<MergeRule> Merges => _merges;

    /// <summary>The <c>added_tokens</c> of tokenizer.json; empty for the other two files.</summary>
    public IReadOnlyList<SpecialToken> Added => _added;

    /// <exception cref="BundleException">A file is missing or broken.</exception>
    public static VocabularyFiles Read(string folder)
    {
        string vocabulary = Path.Combine(folder, VocabularyName), merges = Path.Combine(folder, MergesName);
        string fast = Path.Combine(folder, FastName);
        VocabularyFiles files = new();
        if (File.Exists(vocabulary) && File.Exists(merges))
            files.ReadPair(vocabulary, merges);
        else if (File.Exists(fast))
            files.ReadFast(fast);
        else
        {
            throw new BundleException(File.Exists(vocabulary) ? merges : vocabulary,
                $"the file is missing, and there is no {FastName} in its place.");
        }

        return files;
    }

    private void ReadPair(string vocabularyFile, string mergesFile)
    {
        AddTokens(JsonFile.Read(vocabularyFile));
        try
        {
            LfsPointer.Refuse(mergesFile);
            int number = 0;
            foreach (string line in File.ReadLines(mergesFile))
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line) && !(number == 1 && line.StartsWith(VersionLine, StringComparison.Ordinal)))
                    AddMerge(line.Split(' '), reason => new BundleException(mergesFile, $"line {number} {reason}"));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(mergesFile, $"cannot be read: {exception.Message}", exception);
        }

        // GPT-2's and RoBERTa's files have the same names: there a mark stands before a word, not behind it.
        if (!_vocabulary.Keys.Any(token => token.EndsWith(ByteAlphabet.EndOfWord, StringComparison.Ordinal)))
            throw new BundleException(vocabularyFile, $"no token in it ends a word with {ByteAlphabet.EndOfWord}: {OnlyClip}");
    }

    private void ReadFast(string file)
    {
        JsonFile root = JsonFile.Read(file);
        JsonFile model = root.Object("model") ?? throw root.Complain("model", "is missing.");
        if ((model.Text("type") ?? "BPE") != "BPE" || model.Text("end_of_word_suffix") != ByteAlphabet.EndOfWord)
        {
            throw root.Complain("model", $"is no byte-pair encoding with the end-of-word suffix {ByteAlphabet.EndOfWord}: {OnlyClip}");
        }

        if (root.Object("pre_tokenizer") is { } words && !IsOfBytes(words))
            throw root.Complain("pre_tokenizer", $"does not make bytes of the text: {OnlyClip}");

        AddTokens(model.Object("vocab") ?? throw model.Complain("vocab", "is missing."));
        foreach (JsonElement merge in Items(model, "merges"))
            AddMerge(Parts(merge), reason => model.Complain("merges", $"has an entry that {reason}"));
        foreach (JsonElement token in root.Element("added_tokens") is null ? [] : Items(root, "added_tokens"))
            AddAdded(token, root);
    }

    private void AddTokens(JsonFile map)
    {
        HashSet<int> ids = [];
        foreach (JsonProperty token in map.Fields)
        {
            if (token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out int id) || id < 0)
                throw map.Complain(token.Name, "must be a token's id: a whole number from 0 on.");
            if (!ids.Add(id))
                throw map.Complain(token.Name, $"has the id {id}, which another token has as well.");
            _vocabulary[token.Name] = id;
        }
    }

    private void AddMerge(string[] parts, Func<string, BundleException> complain)
    {
        if (parts.Length != 2 || parts.Contains(""))
            throw complain("is no pair of symbols.");
        MergeRule merge = new(parts[0], parts[1]);
        string result = merge.Left + merge.Right;
        foreach (string symbol in (string[])[merge.Left, merge.Right, result])
        {
            if (!_vocabulary.ContainsKey(symbol))
                throw complain($"needs the symbol '{symbol}', which the vocabulary lacks.");
        }

        _merges.Add(merge);
    }

    private void AddAdded(JsonElement token, JsonFile root)
    {
        if (token.ValueKind != JsonValueKind.Object
            || !token.TryGetProperty("id", out JsonElement idField) || idField.ValueKind != JsonValueKind.Number
            || !idField.TryGetInt32(out int id) || id < 0
            || !token.TryGetProperty("content", out JsonElement content) || content.ValueKind != JsonValueKind.String
            || content.GetString() is not { Length: > 0 } text)
        {
            throw root.Complain("added_tokens", "has an entry without an id or content.");
        }

        bool normalized = token.TryGetProperty("normalized", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        _vocabulary.TryAdd(text, id);
        _added.Add(new SpecialToken(text, _vocabulary[text], normalized));
    }

    private static JsonElement.ArrayEnumerator Items(JsonFile file, string name) =>
        file.Element(name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray()
            : throw file.Complain(name, "must be a list.");

    // Alone, or the last of several: CLIP's cuts words by a pattern before.
    private static bool IsOfBytes(JsonFile words) => words.Text("type") == "ByteLevel"
        || (words.Element("pretokenizers") is { ValueKind: JsonValueKind.Array } list
            && list.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Object
                && item.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String
                && type.ValueEquals("ByteLevel")));

    // "a b" until tokenizers 0.20, ["a", "b"] since.
    private static string[] Parts(JsonElement merge) => merge.ValueKind switch
    {
        JsonValueKind.String => merge.GetString()!.Split(' '),
        JsonValueKind.Array when merge.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String) =>
            [.. merge.EnumerateArray().Select(part => part.GetString()!)],
        _ => [],
    };
}
