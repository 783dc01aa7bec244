using System.Text.Json;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Tokenizers;

namespace DiffusionClassifier.Onnx.Tests.Tokenizers;

public sealed class TokenizerConfigTests : IDisposable
{
    private readonly TokenizerFolder _folder = new();

    [Fact]
    public void Vocabulary_and_merges_are_taken_whole()
    {
        TokenizerConfig config = _folder.Config();
        Assert.Equal(TokenizerFolder.Vocabulary.Count, config.Vocabulary.Count);
        Assert.Equal(TokenizerFolder.Merges, config.Merges.Select(merge => $"{merge.Left} {merge.Right}"));
        Assert.Equal(TokenizerFolder.MaxLength, config.MaxLength);
        Assert.Empty(config.Warnings);
    }

    [Fact]
    public void Special_tokens_are_text_or_an_object()
    {
        TokenizerConfig config = _folder.Config();
        Assert.Equal(new SpecialToken(TokenizerFolder.Start, Id(TokenizerFolder.Start)), config.Start);
        Assert.Equal(new SpecialToken(TokenizerFolder.End, Id(TokenizerFolder.End)), config.End);
        Assert.Equal(new SpecialToken(TokenizerFolder.Padding, Id(TokenizerFolder.Padding)), config.Padding);
        Assert.Equal(config.End, config.Unknown);
    }

    [Fact]
    public void Padding_that_both_files_name_follows_the_map_with_a_warning()
    {
        _folder.Write("special_tokens_map.json", """{ "pad_token": "!" }""");
        TokenizerConfig config = _folder.Config();
        Assert.Equal(Id("!"), config.Padding.Id);
        string warning = Assert.Single(config.Warnings);
        Assert.Contains("pad_token", warning, StringComparison.Ordinal);
        Assert.Contains("'!'", warning, StringComparison.Ordinal);
        Assert.Contains(TokenizerFolder.Padding, warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_agree_give_no_warning()
    {
        _folder.Write("special_tokens_map.json", $$"""{ "pad_token": { "content": "{{TokenizerFolder.Padding}}" }, "eos_token": "{{TokenizerFolder.End}}" }""");
        Assert.Empty(_folder.Config().Warnings);
    }

    [Fact]
    public void An_ordinary_token_as_padding_stays_a_word_in_the_text()
    {
        _folder.Write("special_tokens_map.json", """{ "pad_token": "!" }""");
        Assert.Equal("low</w> !</w>", TokenizerFolder.Symbols(new ClipTokenizer(_folder.Config()), "low!"));
    }

    [Fact]
    public void Without_configuration_files_the_names_and_the_length_are_those_of_CLIP()
    {
        Dictionary<string, int> vocabulary = new() { ["a</w>"] = 0, ["<|startoftext|>"] = 1, ["<|endoftext|>"] = 2 };
        _folder.Remove("tokenizer_config.json").Write("vocab.json", JsonSerializer.Serialize(vocabulary)).Write("merges.txt", "");
        TokenizerConfig config = _folder.Config();
        Assert.Equal([1, 2, 2, 2, 77], [config.Start.Id, config.End.Id, config.Unknown.Id, config.Padding.Id, config.MaxLength]);
    }

    [Theory]
    [InlineData("null", 77)]
    [InlineData("1000000000000000019884624838656", 77)] // Hugging Face's "no limit"
    [InlineData("248", 248)]
    [InlineData("5.0", 5)]
    public void The_length_is_that_of_CLIP_where_none_is_said(string written, int expected)
    {
        _folder.Write("tokenizer_config.json", $$"""{ "model_max_length": {{written}}, "bos_token": "{{TokenizerFolder.Start}}", "eos_token": "{{TokenizerFolder.End}}" }""");
        Assert.Equal(expected, _folder.Config().MaxLength);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_file_of_a_fast_tokenizer_takes_the_place_of_the_others(bool pairs)
    {
        TokenizerConfig expected = _folder.Config();
        object[] merges = [.. TokenizerFolder.Merges.Select(merge => pairs ? (object)merge.Split(' ') : merge)];
        Dictionary<string, int> vocabulary = TokenizerFolder.Vocabulary.Where(token => token.Key != TokenizerFolder.Padding).ToDictionary();
        object[] added = [new { id = Id(TokenizerFolder.Padding), content = TokenizerFolder.Padding, normalized = false }];
        _folder.Remove("vocab.json").Remove("merges.txt").Write("tokenizer.json", JsonSerializer.Serialize(new
        {
            added_tokens = added,
            model = new { type = "BPE", end_of_word_suffix = "</w>", vocab = vocabulary, merges },
        }));
        TokenizerConfig config = _folder.Config();
        Assert.Equal(expected.Vocabulary.OrderBy(token => token.Value), config.Vocabulary.OrderBy(token => token.Value));
        Assert.Equal(expected.Merges, config.Merges);
        Assert.Equal("low</w> <pad> new s</w>", TokenizerFolder.Symbols(new ClipTokenizer(config), "low<pad>news")); // an added one is no word
    }

    [Theory]
    [InlineData("CLIPTokenizer")]
    [InlineData("CLIPTokenizerFast")]
    [InlineData("PreTrainedTokenizerFast")]
    [InlineData("TokenizersBackend")] // of transformers 5
    [InlineData("PythonBackend")]
    [InlineData("TokenizerOfTomorrow")]
    public void The_files_decide_whether_it_is_the_tokenizer_of_CLIP_and_not_the_name_of_a_class(string name)
    {
        TokenizerConfig expected = _folder.Config();
        string special = $$"""{ "tokenizer_class": "{{name}}", "bos_token": "{{TokenizerFolder.Start}}", "eos_token": "{{TokenizerFolder.End}}", "pad_token": "{{TokenizerFolder.Padding}}" }""";
        TokenizerConfig pair = _folder.Write("tokenizer_config.json", special).Config();
        _folder.Remove("vocab.json").Remove("merges.txt").Write("tokenizer.json", JsonSerializer.Serialize(new
        {
            pre_tokenizer = new { type = "Sequence", pretokenizers = new[] { new { type = "Split" }, new { type = "ByteLevel" } } },
            model = new { type = "BPE", end_of_word_suffix = "</w>", vocab = TokenizerFolder.Vocabulary, merges = TokenizerFolder.Merges },
        }));
        TokenizerConfig single = _folder.Config();

        Assert.Equal(expected.Merges, pair.Merges);
        Assert.Equal(expected.Merges, single.Merges);
        Assert.Equal((expected.Start, expected.End), (single.Start, single.End));
    }

    [Theory]
    [InlineData("CLIPTokenizer")]
    [InlineData("GPT2Tokenizer")]
    [InlineData("TokenizersBackend")]
    public void Files_of_another_byte_pair_tokenizer_are_refused_whatever_the_name_of_the_class(string name)
    {
        _folder.Write("vocab.json", """{ "a": 0, "Ġa": 1, "<|endoftext|>": 2 }""").Write("merges.txt", "#version: 0.2\n")
            .Write("tokenizer_config.json", $$"""{ "tokenizer_class": "{{name}}" }""");
        AssertRefused("vocab.json", "only CLIP's byte-pair tokenizer is known");
    }

    [Fact]
    public void Added_tokens_add_to_the_vocabulary()
    {
        int id = TokenizerFolder.Vocabulary.Count + 5;
        _folder.Write("tokenizer_config.json", $$"""
            { "bos_token": "{{TokenizerFolder.Start}}", "eos_token": "{{TokenizerFolder.End}}", "pad_token": "[PAD]",
              "added_tokens_decoder": { "{{id}}": { "content": "[PAD]", "special": true } } }
            """);
        TokenizerConfig config = _folder.Config();
        Assert.Equal(new SpecialToken("[PAD]", id, Normalized: false), config.Padding);
        Assert.Equal(["[PAD]", TokenizerFolder.Start, TokenizerFolder.End], config.InText.Select(token => token.Content));
    }

    [Theory]
    [InlineData("vocab.json", null, "missing")]
    [InlineData("vocab.json", "{", "cannot be read as JSON")]
    [InlineData("vocab.json", "[]", "must contain a JSON object")]
    [InlineData("vocab.json", """{ "a": -1 }""", "must be a token's id")]
    [InlineData("vocab.json", """{ "a": "1" }""", "must be a token's id")]
    [InlineData("vocab.json", """{ "\ud800": 1 }""", "cannot be read as JSON")]
    [InlineData("merges.txt", null, "missing")]
    [InlineData("merges.txt", "#version: 0.2\nl o\nlow", "line 3 is not a pair")]
    [InlineData("merges.txt", "l o w", "line 1 is not a pair")]
    [InlineData("merges.txt", "l  o", "line 1 is not a pair")]
    [InlineData("merges.txt", "l o\n\nx y", "line 3 needs the symbol 'xy'")]
    [InlineData("tokenizer_config.json", "nonsense", "cannot be read as JSON")]
    [InlineData("tokenizer_config.json", """{ "model_max_length": 2 }""", "at least 3")]
    [InlineData("tokenizer_config.json", """{ "model_max_length": 7.5 }""", "whole number")]
    [InlineData("tokenizer_config.json", """{ "model_max_length": "77" }""", "must be a number")]
    [InlineData("tokenizer_config.json", """{ "tokenizer_class": 5, "bos_token": 7 }""", "bos_token must be a string")]
    [InlineData("tokenizer_config.json", """{ "bos_token": 7 }""", "bos_token must be a string")]
    [InlineData("tokenizer_config.json", """{ "bos_token": {} }""", "bos_token has no content")]
    [InlineData("tokenizer_config.json", """{ "added_tokens_decoder": { "x": { "content": "x" } } }""", "added_tokens_decoder.x must be an id")]
    [InlineData("special_tokens_map.json", """{ "pad_token": "[PAD]" }""", "pad_token is '[PAD]', which the vocabulary lacks")]
    [InlineData("special_tokens_map.json", """{ "pad_token": "\ud800" }""", "cannot be read as JSON")]
    public void A_broken_file_is_refused_by_name_with_the_reason(string file, string? content, string reason)
    {
        if (content is null)
            _folder.Remove(file);
        else
            _folder.Write(file, content);
        AssertRefused(file, reason);
    }

    [Theory]
    [InlineData("{}", "model is missing")]
    [InlineData("""{ "model": { "type": "WordPiece" } }""", "is not a byte-pair encoding")]
    [InlineData("""{ "model": { "type": "BPE" } }""", "is not a byte-pair encoding")]
    [InlineData("""{ "model": { "type": "Unigram", "vocab": [["a", -1.5]] } }""", "only CLIP's")] // T5's
    [InlineData("""{ "pre_tokenizer": { "type": "Whitespace" }, "model": { "end_of_word_suffix": "</w>" } }""", "pre_tokenizer does not turn the text into bytes")]
    [InlineData("""{ "pre_tokenizer": { "type": "Sequence", "pretokenizers": [7, {}, { "type": 7 }, { "type": "Split" }] }, "model": { "end_of_word_suffix": "</w>" } }""", "pre_tokenizer does not turn the text into bytes")]
    [InlineData("""{ "model": { "end_of_word_suffix": "</w>" } }""", "model.vocab is missing")]
    [InlineData("""{ "model": { "end_of_word_suffix": "</w>", "vocab": {} } }""", "model.merges must be a list")]
    [InlineData("""{ "model": { "end_of_word_suffix": "</w>", "vocab": {}, "merges": [7] } }""", "not a pair of symbols")]
    [InlineData("""{ "model": { "end_of_word_suffix": "</w>", "vocab": {}, "merges": [["a", 7]] } }""", "not a pair of symbols")]
    [InlineData("""{ "model": { "end_of_word_suffix": "</w>", "vocab": {}, "merges": ["a b"] } }""", "the vocabulary lacks")]
    [InlineData("""{ "model": { "end_of_word_suffix": "</w>", "vocab": {}, "merges": [] }, "added_tokens": [{ "id": 1 }] }""", "added_tokens has an entry")]
    public void A_broken_file_of_a_fast_tokenizer_is_refused_with_the_reason(string content, string reason)
    {
        _folder.Remove("vocab.json").Remove("merges.txt").Write("tokenizer.json", content);
        AssertRefused("tokenizer.json", reason);
    }

    [Fact]
    public void A_vocabulary_without_the_symbols_of_the_merges_blames_the_merges()
    {
        _folder.Write("vocab.json", "{}");
        AssertRefused("merges.txt", "which the vocabulary lacks");
    }

    [Fact]
    public void A_start_that_no_file_names_is_refused_where_that_of_CLIP_is_no_token()
    {
        _folder.Remove("tokenizer_config.json");
        BundleException exception = Assert.Throws<BundleException>(_folder.Config);
        Assert.Contains("no file names the bos_token", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_refused()
    {
        BundleException exception = Assert.Throws<BundleException>(() => TokenizerConfig.Read(Path.Combine(_folder.Path, "none")));
        Assert.Contains("folder is missing", exception.Reason, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static int Id(string token) => TokenizerFolder.Vocabulary[token];

    private void AssertRefused(string file, string reason)
    {
        BundleException exception = Assert.Throws<BundleException>(() => _folder.Config());
        Assert.Equal(Path.Combine(_folder.Path, file), exception.File);
        Assert.Contains(reason, exception.Reason, StringComparison.Ordinal);
    }
}
