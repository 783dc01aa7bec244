using System.Text.Json;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Tokenizers;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Tokenizers;

/// <summary>T5's tokenizer gives SentencePiece's ids, whichever of its files a folder has.</summary>
public sealed class T5TokenizerTests : IDisposable
{
    private const string Fast = "tokenizer.json", Model = "spiece.model", Config = "tokenizer_config.json";

    // Ids 0… of the vocabulary below.
    private const int Padding = 0, End = 1, Unknown = 2, Blank = 3, A = 4, Cat = 5, C = 6, T = 8, Extra = 9;
    private const int MaxLength = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("t5-").FullName;

    private static object[][] Vocabulary =>
        [["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], ["\u2581", -3.0], ["\u2581a", -2.0], ["\u2581cat", -2.5], ["c", -4.0], ["a", -4.0], ["t", -4.0], ["<extra_id_0>", 0.0]];

    private static object Whole => new
    {
        added_tokens = new object[] { Added(Padding, "<pad>"), Added(End, "</s>"), Added(Unknown, "<unk>"), Added(Extra, "<extra_id_0>") },
        normalizer = new { type = "Precompiled", precompiled_charsmap = (string?)null },
        model = new { type = "Unigram", unk_id = Unknown, vocab = Vocabulary },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a cat", new long[] { A, Cat, End, Padding, Padding, Padding, Padding, Padding }, 2)]
    [InlineData("  a   cat ", new long[] { A, Cat, End, Padding, Padding, Padding, Padding, Padding }, 2)]
    [InlineData("", new long[] { End, Padding, Padding, Padding, Padding, Padding, Padding, Padding }, 0)]
    [InlineData("a \u4e2d\u6587 cat", new long[] { A, Blank, Unknown, Cat, End, Padding, Padding, Padding }, 4)] // one for a run of unknown characters
    [InlineData("a\u0007 cat\u007f", new long[] { A, Cat, End, Padding, Padding, Padding, Padding, Padding }, 2)] // control characters are no characters
    [InlineData("a</s>cat<extra_id_0>", new long[] { A, End, Cat, Extra, End, Padding, Padding, Padding }, 4)] // special where it stands in the text
    [InlineData("a a a a a a a a cat", new long[] { A, A, A, A, A, A, A, End }, 9)] // cut, and its end is still told
    [InlineData("tcat \ud83d", new long[] { Blank, T, C, 7, T, Blank, Unknown, End }, 7)] // half a surrogate pair is an unknown character
    public void A_text_becomes_pieces_an_end_and_padding(string text, long[] expected, int count)
    {
        Write(Fast, Whole);

        (long[] ids, int tokens) = Encode(T5Tokenizer.Read(_folder, MaxLength, lowersCase: false), text);

        Assert.Equal(expected, ids);
        Assert.Equal(count, tokens);
    }

    [Fact]
    public void Capitals_are_lost_where_the_model_has_never_seen_any()
    {
        Write(Fast, Whole);

        Assert.Equal([A, Cat, End], Encode(T5Tokenizer.Read(_folder, MaxLength, lowersCase: true), " A CAT ").Ids[..3]);
        Assert.Contains(Unknown, Encode(T5Tokenizer.Read(_folder, MaxLength, lowersCase: false), " A CAT ").Ids);
    }

    [Fact]
    public void A_very_long_text_is_counted_to_its_end()
    {
        Write(Fast, Whole);
        string text = string.Join(' ', Enumerable.Repeat("cat", 20_000));

        Assert.Equal(20_000, Encode(T5Tokenizer.Read(_folder, MaxLength, lowersCase: false), text).Count);
    }

    public static TheoryData<string, string, string> Broken => new()
    {
        { Fast, """{ "model": { "type": "BPE" } }""", "model.type is 'BPE'; T5's tokenizer is of the type Unigram." },
        { Fast, """{ "model": { "type": "Unigram", "unk_id": 0, "byte_fallback": true } }""", "model.byte_fallback is true" },
        { Fast, """{ "model": { "type": "Unigram" } }""", "model.unk_id is missing." },
        { Fast, """{ "model": { "type": "Unigram", "unk_id": 7, "vocab": [["a", 0]] } }""", "model.unk_id is 7, which no piece has." },
        { Fast, """{ "model": { "type": "Unigram", "unk_id": 0, "vocab": [["a"]] } }""", "model.vocab has an entry 0 that is no piece with its score." },
        { Fast, """{ "added_tokens": [{ "id": 1 }], "model": { "type": "Unigram", "unk_id": 0, "vocab": [] } }""", "added_tokens has an entry 0 without an id or content." },
        { Fast, """{ "normalizer": { "type": "Lowercase" }, "model": { "type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0]] } }""", "normalizer is of the type 'Lowercase'" },
        { Fast, """{ "normalizer": { "type": "Precompiled", "precompiled_charsmap": "?" }, "model": { "type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0]] } }""", "precompiled_charsmap is not base64" },
        { Model, "no protobuf", "not a whole SentencePiece model" },
        { Model, "", "it is no unigram model" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_file_that_is_none_of_T5s_is_refused_with_the_reason(string file, string content, string reason)
    {
        File.WriteAllText(Path.Combine(_folder, file), content);

        var exception = Assert.Throws<BundleException>(() => T5Tokenizer.Read(_folder, MaxLength, lowersCase: false));

        Assert.Equal(Path.Combine(_folder, file), exception.File);
        Assert.Contains(reason, exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_either_file_is_refused()
    {
        var exception = Assert.Throws<BundleException>(() => T5Tokenizer.Read(_folder, MaxLength, lowersCase: false));

        Assert.Equal((Path.Combine(_folder, Fast), "the file is missing, and there is no spiece.model either."), (exception.File, exception.Reason));
    }

    [Fact]
    public void A_special_token_that_the_vocabulary_lacks_is_refused()
    {
        Write(Fast, Whole);
        Write(Config, new { eos_token = new { content = "<end>" } });

        var exception = Assert.Throws<BundleException>(() => T5Tokenizer.Read(_folder, MaxLength, lowersCase: false));

        Assert.Equal("eos_token is '<end>', which the vocabulary lacks.", exception.Reason);
    }

    [Theory]
    [InlineData(Model, Config)]
    [InlineData(Fast, Config)]
    [InlineData(Model, Fast, Config)]
    public void Ids_are_those_of_SentencePiece(params string[] files)
    {
        string folder = Path.GetDirectoryName(Directory.EnumerateFiles(GoldenFolder.Families.Require("bundles"), Model, SearchOption.AllDirectories).Where(file => !file.Contains("sd3", StringComparison.Ordinal)).Order(StringComparer.Ordinal).First())!;
        foreach (string file in files)
            File.Copy(Path.Combine(folder, file), Path.Combine(_folder, file));
        var tokenizer = T5Tokenizer.Read(_folder, maxLength: 2_048, lowersCase: false);
        JsonElement[] tokens = [.. GoldenFolder.Families.Json("cases/t5-tokenizer/golden_tokens.json").GetProperty("tokens").EnumerateArray()];

        Assert.NotEmpty(tokens);
        Assert.All(tokens, token =>
        {
            (long[] ids, int count) = Encode(tokenizer, token.GetProperty("text").GetString()!);
            Assert.Equal(token.GetProperty("ids").EnumerateArray().Select(id => id.GetInt64()), ids[..(count + 1)]);
        });
    }

    private static object Added(int id, string content) => new { id, content, special = true };

    private void Write(string file, object content) => File.WriteAllText(Path.Combine(_folder, file), JsonSerializer.Serialize(content));

    private static (long[] Ids, int Count) Encode(T5Tokenizer tokenizer, string text)
    {
        var ids = new long[tokenizer.MaxLength];
        return (ids, tokenizer.Encode(text, ids));
    }
}
