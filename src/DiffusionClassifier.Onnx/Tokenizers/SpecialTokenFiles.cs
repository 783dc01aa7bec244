using System.Globalization;
using System.Text.Json;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// The special tokens of a tokenizer's folder. <c>special_tokens_map.json</c> wins over <c>tokenizer_config.json</c>, field by field:
/// Stable Diffusion 2 ships the two with different padding (<c>!</c> and the end token), and was trained with the former.
/// </summary>
internal sealed class SpecialTokenFiles
{
    private const string MapFile = "special_tokens_map.json", PaddingField = "pad_token";
    private const string DefaultStart = "<|startoftext|>", DefaultEnd = "<|endoftext|>"; // as CLIPTokenizer's own arguments

    private readonly string _folder;
    private readonly JsonFile? _map;
    private readonly JsonFile? _config;
    private readonly Dictionary<string, SpecialToken> _added;
    private readonly IReadOnlyDictionary<string, int> _vocabulary;
    private readonly List<string> _warnings = [];

    private SpecialTokenFiles(string folder, JsonFile? config, VocabularyFiles files)
    {
        _folder = folder;
        _map = JsonFile.TryRead(Path.Combine(folder, MapFile));
        _config = config;
        _vocabulary = files.Vocabulary;
        _added = files.Added.Concat(ReadDecoder()).DistinctBy(token => token.Content).ToDictionary(token => token.Content);
        Start = Find("bos_token", DefaultStart);
        End = Find("eos_token", DefaultEnd);
        Unknown = Find("unk_token", End.Content);
        Padding = Find(PaddingField, End.Content);
    }

    public SpecialToken Start { get; }

    public SpecialToken End { get; }

    public SpecialToken Unknown { get; }

    public SpecialToken Padding { get; }

    /// <summary>
    /// Start, end and unknown, and what the files list as added; padding if both files name it, as transformers then loads it as a special
    /// token: "hello!" ends in padding for SDXL's second encoder, whose padding is "!". Where special_tokens_map.json alone does (Stable
    /// Diffusion 2), the exclamation mark stays an ordinary one.
    /// </summary>
    public IReadOnlyList<SpecialToken> InText =>
        [.. _added.Values.Concat(IsInBoth(Padding) ? [Start, End, Unknown, Padding] : [Start, End, Unknown])
            .DistinctBy(token => token.Content)];

    public IReadOnlyList<string> Warnings => _warnings;

    /// <exception cref="BundleException">A file is broken, or names a token that the vocabulary lacks.</exception>
    public static SpecialTokenFiles Read(string folder, JsonFile? config, VocabularyFiles files) => new(folder, config, files);

    private bool IsInBoth(SpecialToken padding) =>
        Field(_map, PaddingField)?.Content == padding.Content && Field(_config, PaddingField)?.Content == padding.Content;

    private SpecialToken Find(string name, string fallback)
    {
        (string Content, bool Normalized)? mapped = Field(_map, name), configured = Field(_config, name);
        (string content, bool normalized) = mapped ?? configured ?? (fallback, true);
        SpecialToken? token = _added.GetValueOrDefault(content);
        if (token is null && _vocabulary.TryGetValue(content, out int id))
            token = new SpecialToken(content, id, normalized);
        if (token is null)
        {
            JsonFile? file = mapped is not null ? _map : configured is not null ? _config : null;
            throw file?.Complain(name, $"is '{content}', which the vocabulary lacks.")
                ?? new BundleException(_folder, $"no file names the {name}, and the vocabulary lacks '{content}', CLIP's own.");
        }

        if (mapped is not null && configured is not null && mapped.Value.Content != configured.Value.Content)
        {
            _warnings.Add($"The tokenizer's files disagree about {name}: special_tokens_map.json says '{mapped.Value.Content}' (id "
                + $"{token.Id}), tokenizer_config.json says '{configured.Value.Content}'; the former is used.");
        }

        return token;
    }

    // A token is its text, or an AddedToken object; CLIPTokenizer makes the former into the latter, normalized.
    private static (string Content, bool Normalized)? Field(JsonFile? file, string name)
    {
        if (file?.Element(name) is not { } value)
            return null;
        JsonFile? added = value.ValueKind == JsonValueKind.Object ? file.Object(name)! : null;
        string? content = added is null ? file.Text(name) : added.Text("content");
        return string.IsNullOrEmpty(content) ? throw file.Complain(name, "has no content.") : (content, added?.Flag("normalized") ?? true);
    }

    // Transformers since 4.34 lists the added tokens here, by id.
    private IEnumerable<SpecialToken> ReadDecoder()
    {
        if (_config?.Object("added_tokens_decoder") is not { } decoder)
            yield break;
        foreach (string key in decoder.Names)
        {
            JsonFile? token = decoder.Object(key);
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                || token?.Text("content") is not { Length: > 0 } content)
            {
                throw decoder.Complain(key, "must be an id with a token that has content.");
            }

            int inText = _vocabulary.TryGetValue(content, out int known) ? known : id;
            yield return new SpecialToken(content, inText, token.Flag("normalized") ?? false);
        }
    }
}
