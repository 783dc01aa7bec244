using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// A bundle's <c>tokenizer/</c> folder, read and checked: every special token and every merge is in the vocabulary. Of any size; nothing
/// about CLIP's own vocabulary is assumed. Immutable.
/// </summary>
internal sealed record TokenizerConfig
{
    private const int DefaultMaxLength = 77; // CLIP's number of position embeddings
    private const int MinMaxLength = 3; // start, one token, end
    // Far above any text encoder of a diffusion model (T5: 512); Hugging Face writes 1e30 for "no limit".
    private const int LargestMaxLength = 8192;

    private const string ConfigFile = "tokenizer_config.json";

    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    public required IReadOnlyList<MergeRule> Merges { get; init; }

    public required SpecialToken Start { get; init; }

    public required SpecialToken End { get; init; }

    /// <summary>Stands for a byte that the vocabulary lacks.</summary>
    public required SpecialToken Unknown { get; init; }

    public required SpecialToken Padding { get; init; }

    /// <summary>The tokens that are recognized inside a text, where they are never part of a word.</summary>
    public required IReadOnlyList<SpecialToken> InText { get; init; }

    public required int MaxLength { get; init; }

    /// <summary>Sentences for the user: where the files disagree, and which of them was followed.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <param name="folder">The <c>tokenizer/</c> folder itself.</param>
    /// <exception cref="BundleException">A file is missing or broken; the message names it and the reason.</exception>
    public static TokenizerConfig Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new BundleException(folder, "the folder is missing: a text-conditional model needs its tokenizer.");
        if (!CanonicalComposition.Works)
            throw new BundleException(folder, CanonicalComposition.WhatToDo);
        JsonFile? config = JsonFile.TryRead(Path.Combine(folder, ConfigFile));
        int maxLength = ReadMaxLength(config);
        // Not tokenizer_class: it names an implementation, another one in each version of transformers ("TokenizersBackend" in the fifth).
        VocabularyFiles files = VocabularyFiles.Read(folder);
        SpecialTokenFiles special = SpecialTokenFiles.Read(folder, config, files);
        return new TokenizerConfig
        {
            Vocabulary = files.Vocabulary,
            Merges = files.Merges,
            Start = special.Start,
            End = special.End,
            Unknown = special.Unknown,
            Padding = special.Padding,
            InText = special.InText,
            MaxLength = maxLength,
            Warnings = special.Warnings,
        };
    }

    private static int ReadMaxLength(JsonFile? config) => config?.Number("model_max_length") switch
    {
        null or > LargestMaxLength => DefaultMaxLength,
        >= MinMaxLength and { } length when double.IsInteger(length) => (int)length,
        { } length => throw config.Complain("model_max_length",
            FormattableString.Invariant($"is {length}; it must be a whole number of at least {MinMaxLength}.")),
    };
}
