using DiffusionClassifier.Onnx.Files;
using Microsoft.ML.Tokenizers;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// A T5 tokenizer's folder, read: the SentencePiece model, from <c>spiece.model</c> or made of <c>tokenizer.json</c>, and the special
/// tokens around it. Nothing about T5's own vocabulary is assumed. Immutable.
/// </summary>
internal sealed record T5Vocabulary
{
    private const string ModelName = "spiece.model", FastName = "tokenizer.json", ConfigName = "tokenizer_config.json";
    private const string ExtraField = "extra_ids";
    private const string DefaultEnd = "</s>", DefaultPadding = "<pad>", DefaultUnknown = "<unk>"; // T5Tokenizer's own arguments
    private const int MostExtra = 10_000; // a damaged number becomes a message
    private const int LargestMaxLength = 8_192; // Hugging Face writes 1e30 for "no limit"
    private const int SmallestMaxLength = 2; // one token, end

    public required SentencePieceModel Model { get; init; }

    public required SpecialToken End { get; init; }

    public required SpecialToken Padding { get; init; }

    public required SpecialToken Unknown { get; init; }

    /// <summary>The tokens that are recognized inside a text, where they are never part of a word.</summary>
    public required IReadOnlyList<SpecialToken> Special { get; init; }

    /// <summary>The largest id that a text can become.</summary>
    public int LargestId => Math.Max(Model.Pieces.Count - 1, Special.Max(token => token.Id));

    /// <param name="folder">The tokenizer's folder.</param>
    /// <exception cref="BundleException">A file is missing or broken, or is that of another tokenizer.</exception>
    public static T5Vocabulary Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new BundleException(folder, "the folder is missing: the model needs T5's tokenizer.");
        string spiece = Path.Combine(folder, ModelName), fast = Path.Combine(folder, FastName);
        // The same pieces; the former is what they were trained as.
        SentencePieceModel model = File.Exists(spiece) ? SentencePieceModel.Read(spiece) : T5FastFile.Read(fast, ModelName);
        JsonFile? config = JsonFile.TryRead(Path.Combine(folder, ConfigName));
        Dictionary<string, int> added = new(model.Added, StringComparer.Ordinal);
        SpecialToken Find(string field, string fallback)
        {
            string content = ContentOf(config, field) ?? fallback;
            int id = added.TryGetValue(content, out int known) ? known : model.IndexOf(content);
            return id >= 0 ? new SpecialToken(content, id, Normalized: false)
                : throw config?.Complain(field, $"is '{content}', which the vocabulary lacks.")
                    ?? new BundleException(folder, $"the vocabulary lacks '{content}', T5's own {field}.");
        }

        (SpecialToken end, SpecialToken padding, SpecialToken unknown) =
            (Find("eos_token", DefaultEnd), Find("pad_token", DefaultPadding), Find("unk_token", DefaultUnknown));
        IEnumerable<SpecialToken> others = added.Select(pair => new SpecialToken(pair.Key, pair.Value, Normalized: false));
        return new T5Vocabulary
        {
            Model = model,
            End = end,
            Padding = padding,
            Unknown = unknown,
            Special = [.. new[] { end, padding, unknown }.Concat(others).Concat(Extra(model, config)).DistinctBy(token => token.Content)],
        };
    }

    /// <summary>How many tokens the tokenizer is made for; null: it does not say.</summary>
    /// <exception cref="BundleException">The number cannot be.</exception>
    public static int? MaxLengthOf(string folder)
    {
        JsonFile? config = JsonFile.TryRead(Path.Combine(folder, ConfigName));
        return config?.Number("model_max_length") switch
        {
            null or > LargestMaxLength => null,
            >= SmallestMaxLength and { } length when double.IsInteger(length) => (int)length,
            { } length => throw config.Complain("model_max_length",
                FormattableString.Invariant($"is {length}; it must be a whole number of at least {SmallestMaxLength}.")),
        };
    }

    /// <exception cref="BundleException">The library refuses the model.</exception>
    public SentencePieceTokenizer CreateTokenizer() => Model.CreateTokenizer();

    // transformers' T5Tokenizer puts sentinels after the pieces of spiece.model, the first one last.
    private static IEnumerable<SpecialToken> Extra(SentencePieceModel model, JsonFile? config)
    {
        int count = config?.Integer(ExtraField) ?? 0;
        if (count is < 0 or > MostExtra)
            throw config!.Complain(ExtraField, $"is {count}; it must be from 0 to {MostExtra:N0}.");
        for (int i = 0; i < count; i++)
        {
            string content = $"<extra_id_{i}>";
            int known = model.IndexOf(content);
            yield return new SpecialToken(content, known >= 0 ? known : model.Pieces.Count + count - 1 - i, Normalized: false);
        }
    }

    // A token is its text, or an AddedToken object.
    private static string? ContentOf(JsonFile? config, string field) => config?.Element(field) switch
    {
        null => null,
        { ValueKind: System.Text.Json.JsonValueKind.Object } => config.Object(field)!.Text("content"),
        _ => config.Text(field),
    };
}
